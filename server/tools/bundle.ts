import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { CLIENT_VERSION } from '../../shared/protocol/version.ts';
import { bundle } from '../bundle/bundle.ts';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { StartError } from '../startError.ts';
import { ensureClient } from './clientBuild.ts';
import { asCommand } from './command.ts';
import { showWorkerProgress } from './terminal.ts';

const USAGE = `Usage: npm run bundle -- [--folder FOLDER | FILE.tar.gz]
Packs a server for machines like this one that have no internet: unpack it there, and run ./sealroom.
--folder fills an empty folder instead.`;

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const name = `sealroom-${CLIENT_VERSION}-${process.platform}-${process.arch}`;

function readArguments(): { folder: string | undefined; archive: string } {
  try {
    const { values, positionals } = parseArgs({
      options: { folder: { type: 'string' } },
      allowPositionals: true,
    });
    const [archive, ...more] = positionals;
    if (more.length > 0 || (archive !== undefined && values.folder !== undefined)) throw new TypeError();
    return { folder: values.folder, archive: resolve(archive ?? `${name}.tar.gz`) };
  } catch {
    throw new StartError(USAGE);
  }
}

async function fill(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  if ((await readdir(to)).length > 0) throw new StartError(`${to} is not empty.`);
  await ensureClient(() => console.log('Building the page ...'));
  const worker = await ensureWorkerBinary({ onProgress: showWorkerProgress });
  await bundle({ root, to, worker, node: process.execPath });
}

await asCommand(async () => {
  const { folder, archive } = readArguments();
  if (folder !== undefined) {
    await fill(resolve(folder));
    console.log(`Filled ${folder}. To start: ${join(folder, 'sealroom')}`);
    return;
  }
  const work = await mkdtemp(join(dirname(archive), '.bundle-'));
  try {
    await fill(join(work, name));
    // By name and without times or owners, so that the same content makes the same archive.
    const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run('tar', [...plain, '-czf', archive, '-C', work, name]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  console.log(`Wrote ${archive}. There: tar -xzf it, and run ${name}/sealroom.`);
});
