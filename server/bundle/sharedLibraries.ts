import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { StartError } from '../startError.ts';

/** Of the C library there is one on every machine, and it has to be that machine's own. */
const C_LIBRARY = /^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv)\.so.*)$/;

/**
 * Paths of the shared libraries that a program loads, but for the C library's; a media worker built here against the
 * system's needs some. Throws StartError where one is not on this machine.
 */
export function sharedLibraries(program: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile('ldd', [program], (error, stdout, stderr) => {
      if (error !== null && !stderr.includes('not a dynamic executable')) return reject(error);
      try {
        resolve(librariesIn(stdout));
      } catch (missing) {
        reject(missing);
      }
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
