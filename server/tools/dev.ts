import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { showWorkerProgress } from './terminal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `npm run dev`: the page is built again at each change and served by the real server under the real headers,
 * from one origin; the server starts again at each change of its own. Reload the page to see a change.
 */
const workerBin = await ensureWorkerBinary({ onProgress: showWorkerProgress });

const watcher = await build({
  configFile: join(root, 'client/vite.config.ts'),
  mode: 'development',
  logLevel: 'info',
  build: { watch: {}, minify: false, sourcemap: true, emptyOutDir: false },
});

while (!existsSync(join(root, 'client/dist/index.html'))) await delay(100);

const server: ChildProcess = spawn(
  process.execPath,
  ['--watch-path=server', '--watch-path=shared', '--watch-preserve-output', 'server/main.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { SEALROOM_LOG_LEVEL: 'debug', ...process.env, MEDIASOUP_WORKER_BIN: workerBin },
  },
);

let stopping = false;
function stop(): void {
  if (stopping) process.exit(1);
  stopping = true;
  server.kill('SIGTERM');
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
server.once('exit', (code) => {
  if ('close' in watcher) void watcher.close();
  process.exit(code ?? 0);
});
