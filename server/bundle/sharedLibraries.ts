import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../startError.ts';

/** Of the C library there is one on every machine, and it has to be that machine's own. */
const C_LIBRARY = /^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv)\.so.*)$/;

/** Libraries that load others by their names when they run, from beside themselves or a folder there. */
const LOADS_LATER: Readonly<Record<string, readonly string[]>> = {
  'libnss3.so': ['libsoftokn3.so', 'libfreebl3.so', 'libfreeblpriv3.so'],
};

/**
 * Paths of the shared libraries that a program loads, but for the C library's; a media worker built here against the
 * system's needs some. Throws StartError where one is not on this machine.
 */
export async function sharedLibraries(program: string): Promise<string[]> {
  const found = new Map<string, string>();
  const follow = async (file: string): Promise<void> => {
    for (const path of librariesIn(await linkedTo(file))) found.set(basename(path), path);
  };
  await follow(program);
  for (const path of [...found.values()]) {
    for (const name of LOADS_LATER[basename(path)] ?? []) {
      const later = [name, join('nss', name)].map((each) => join(dirname(path), each)).find(existsSync);
      // Which of them there are differs from one system to another.
      if (later === undefined) continue;
      found.set(name, later);
      await follow(later);
    }
  }
  return [...found.values()];
}

/** What `ldd` says of a program or a library; nothing of one that needs none. */
function linkedTo(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ldd', [file], (error, stdout, stderr) => {
      if (error === null || stderr.includes('not a dynamic executable')) resolve(stdout);
      else reject(error);
    });
  });
}

/** What the output of `ldd` names. */
export function librariesIn(output: string): string[] {
  const missing = [...output.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name = '']) => name);
  if (missing.length > 0) {
    throw new StartError(
      `The media worker needs ${missing.join(', ')}, not found on this machine. Install the libraries the worker was built with, or use SEALROOM_WORKER=prebuilt, whose program needs none.`,
    );
  }
  const paths = [...output.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path);
  return paths.filter((path) => !C_LIBRARY.test(basename(path)));
}
