import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from './childServer.ts';

const file = fileURLToPath(new URL('../../server/deploy/container/Caddyfile', import.meta.url));

/** A real Caddy with the Caddyfile that Sealroom ships. */
export interface Caddy {
  log(): string;
  close(): Promise<void>;
}

/** Starts it with what its file reads from the environment, and nothing kept from before. */
export async function startCaddy(environment: Readonly<Record<string, string>>): Promise<Caddy> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-caddy-'));
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  const program = new Program('caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    cwd: folder,
    env: { ...env, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') },
  });
  const close = async () => {
    await program.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.says('serving initial configuration');
  } catch (error) {
    await close();
    throw error;
  }
  return { log: () => program.output, close };
}
