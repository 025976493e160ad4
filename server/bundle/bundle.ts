import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { importedPackages, withDependencies } from './runtimePackages.ts';
import { sharedLibraries } from './sharedLibraries.ts';

/** Tools that build or watch: their libraries stay behind, and so do they. */
const BUILDERS =
  /\/server\/(tools\/(check|clientBuild|dev|devServer|start|releaseVerify)|bundle\/.*|tools\/bundle)\.ts$/;

/** What the program needs at run time of a package; sources of the media worker and the like stay behind. */
const SUPERFLUOUS =
  /\/node_modules\/mediasoup\/worker\/|\/node_modules\/[^/]+\/(test|tests|docs|\.github)\/|\.(map|md|d\.ts)$/;

const START = `#!/bin/sh
# Starts Sealroom, or one of its tools: ./sealroom [doctor|configPrint|backup|hostsInvite|audit ...] [arguments]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export MEDIASOUP_WORKER_BIN="\${MEDIASOUP_WORKER_BIN:-$here/mediasoup-worker}"
export LD_LIBRARY_PATH="$here/lib"
export SEALROOM_DATA="\${SEALROOM_DATA:-$PWD/data}"
cd "$here"
if [ $# -eq 0 ]; then exec ./node server/main.ts; fi
tool=$1; shift
exec ./node "server/tools/$tool.ts" "$@"
`;

export interface BundleParts {
  /** The folder of this repository, its packages installed and its page built. */
  readonly root: string;
  /** A folder to fill; made, and empty. */
  readonly to: string;
  /** The media worker's program and Node's own. */
  readonly worker: string;
  readonly node: string;
}

/**
 * Fills a folder with everything that runs the server on this kind of machine, and nothing that builds it: its
 * source, the packages it imports, the built page, the media worker, Node.
 */
export async function bundle({ root, to, worker, node }: BundleParts): Promise<void> {
  const copy = async (path: string, leaveOut: RegExp): Promise<void> => {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(root, path), join(to, path), {
      recursive: true,
      dereference: true,
      filter: (from) => !leaveOut.test(from),
    });
  };
  for (const path of [
    'server',
    'shared',
    'client/dist',
    'package.json',
    'LICENSE',
    'README.md',
    'SECURITY.md',
  ]) {
    await copy(path, BUILDERS);
  }
  const names = importedPackages(root, ['server', 'shared'], BUILDERS);
  for (const folder of withDependencies(root, names)) {
    // Packages inside a package are listed by themselves where they are needed.
    const inner = new RegExp(`/${folder.replaceAll(/[.+]/g, '\\$&')}/node_modules$`);
    await copy(folder, new RegExp(`${SUPERFLUOUS.source}|${inner.source}`));
  }
  await cp(worker, join(to, 'mediasoup-worker'), { dereference: true });
  await cp(node, join(to, 'node'), { dereference: true });
  await mkdir(join(to, 'lib'));
  for (const library of await sharedLibraries(worker))
    await cp(library, join(to, 'lib', basename(library)), { dereference: true });
  await writeFile(join(to, 'sealroom'), START);
  for (const program of ['mediasoup-worker', 'node', 'sealroom']) await chmod(join(to, program), 0o755);
}
