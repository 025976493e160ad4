import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultCacheDir } from '../../server/media/worker/cache.ts';
import { freePort, Program } from '../support/childServer.ts';

/**
 * What a stranger does: clone, `npm ci`, `npm start`, with nothing cached. Times each step.
 * `--reuse-worker` copies this machine's media worker instead of getting it anew.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { 'reuse-worker': { type: 'boolean', default: false } } });

const folder = await mkdtemp(join(tmpdir(), 'sealroom-fresh-'));
const clone = join(folder, 'sealroom');
const workerCache = join(folder, 'worker-cache');
const port = await freePort();

/** The caller's environment as it is in a new terminal: nothing of this checkout and of `npm run`. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(lifecycle|package|execpath|node_execpath|command|config_(local_prefix|cache|prefix))/.test(
        name,
      ) && !['NODE', 'INIT_CWD', 'MEDIASOUP_WORKER_BIN'].includes(name),
  );
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(':'),
    npm_config_cache: join(folder, 'npm-cache'),
    SEALROOM_CACHE_DIR: workerCache,
    SEALROOM_PORT: String(port),
    SEALROOM_MEDIA_PORT: '0',
  };
}

const steps: { step: string; seconds: number }[] = [];

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  steps.push({ step: name, seconds });
  console.log(`${name}: ${seconds} s`);
  return result;
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const program = new Program(command, args, { cwd, env: environment() });
  try {
    if ((await program.ended) !== 0)
      throw new Error(`${command} ${args.join(' ')} failed:\n${program.output}`);
  } finally {
    await program.kill();
  }
}

async function start(name: string): Promise<void> {
  const program = new Program('npm', ['start'], { cwd: clone, env: environment() });
  try {
    await step(name, () => program.says('Sealroom is ready'));
    const health = await fetch(`http://127.0.0.1:${port}/api/health`);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    if (!health.ok || !page.ok) throw new Error(`not healthy: ${health.status} ${page.status}`);
    console.log(`  ${await health.text()}`);
    await step('  stop', () => program.stop());
  } finally {
    await program.kill();
  }
}

try {
  await step('git clone', () => run('git', ['clone', '--quiet', '--no-local', root, clone], folder));
  await step('npm ci', () => run('npm', ['ci'], clone));
  if (values['reuse-worker']) {
    await mkdir(workerCache, { recursive: true });
    await cp(defaultCacheDir(process.env), workerCache, {
      recursive: true,
      mode: 0,
      preserveTimestamps: true,
    });
  }
  await start(values['reuse-worker'] ? 'npm start, media worker cached' : 'npm start');
  await start('npm start, second time');
  console.table(steps);
  console.log(JSON.stringify(steps));
} finally {
  await rm(folder, { recursive: true, force: true });
}
