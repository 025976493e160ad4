import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mappedAddress } from '../../server/doctor/stun.ts';
import { type CoturnOptions, coturnConfig } from '../../server/turn/coturn.ts';
import { placeOf } from '../../server/turn/place.ts';
import { Program } from './childServer.ts';
import { until } from './until.ts';

/** A real coturn with the configuration that Sealroom writes for it. */
export interface Coturn {
  /** What it said so far. */
  log(): string;
  close(): Promise<void>;
}

/** Starts it, and waits until it listens. `listen` must name one address. */
export async function startCoturn(options: CoturnOptions): Promise<Coturn> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-coturn-'));
  const file = join(folder, 'turnserver.conf');
  writeFileSync(file, coturnConfig(options), { mode: 0o600 });
  const args = ['-c', file, '--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'users'), '--verbose'];
  // Line by line, although into a pipe.
  const program = new Program('stdbuf', ['-oL', 'turnserver', ...args], { cwd: folder, env: process.env });
  const close = async () => {
    await program.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const host = options.listen[0] ?? '127.0.0.1';
  try {
    for (const place of options.turn.urls.map(placeOf)) {
      if (!place) continue;
      const listens = () =>
        place.transport === 'udp' ? mappedAddress(host, place.port) : accepts(host, place.port);
      await until(listens, Boolean, `coturn listens on ${place.transport} ${place.port}`, 10_000);
    }
  } catch (error) {
    await close();
    throw new Error(`coturn does not start:\n${program.output}`, { cause: error });
  }
  return { log: () => program.output, close };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
