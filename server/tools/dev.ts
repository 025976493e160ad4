import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { showWorkerProgress } from './terminal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `npm run dev`: the page is built again at each change and served by the real server under the real headers,
 * from one origin; the server starts again at each change of its own. Reload the page, and agree to the new version, to
 * see a change.
 * The page goes to a folder of its own, so that the next `npm start` finds its build as it left it.
 */
const clientDir = mkdtempSync(join(tmpdir(), 'sealroom-dev-'));
process.on('exit', () => rmSync(clientDir, { recursive: true, force: true }));

const workerBin = await ensureWorkerBinary({ onProgress: showWorkerProgress });

const server = spawn(
  process.execPath,
  [
    '--watch-path=server',
    '--watch-path=shared',
    '--watch-preserve-output',
    'server/tools/devServer.ts',
    clientDir,
    workerBin,
  ],
  { cwd: root, stdio: 'inherit', env: { SEALROOM_LOG_LEVEL: 'debug', ...process.env } },
);

const watcher = await build({
  configFile: join(root, 'client/vite.config.ts'),
  mode: 'development',
  logLevel: 'info',
  build: { outDir: clientDir, watch: {}, minify: false, sourcemap: true, emptyOutDir: false },
});

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
