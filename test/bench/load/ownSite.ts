import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, Program } from '../../support/childServer.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A server as people start it, in a process and a folder of its own, whose process id and page are known. */
export async function ownSite(
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly origin: string; readonly pid: number; close: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealroom-load-'));
  const port = await freePort();
  const server = new Program(process.execPath, ['server/tools/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      SEALROOM_PORT: String(port),
      SEALROOM_MEDIA_PORT: '0',
      SEALROOM_DATA: dataDir,
      SEALROOM_LOG_LEVEL: 'warn',
      // All participants come from one address.
      SEALROOM_LIMITS: ['knocks', 'connects', 'connectsAtOnce', 'strangers', 'requests']
        .map((what) => `${what}PerAddress=100000/10000`)
        .concat('knocksPerInvitation=2000/200')
        .join(),
      ...settings,
    },
  });
  const close = async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await server.says('Sealroom is ready');
  } catch (error) {
    await close();
    throw error;
  }
  return { origin: `http://127.0.0.1:${port}`, pid: server.pid, close };
}
