import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ip, run, succeeds } from './namespace.ts';

/** How long packets are under way, in milliseconds one way. */
export interface Slowness {
  readonly delay: number;
  /** How much longer or shorter it may be for each packet; they stay in order. */
  readonly jitter: number;
  /** Part of the packets, 0 to 1, that are as fast as any and so overtake others. */
  readonly reorder: number;
}

interface Ends {
  readonly device: string;
  readonly router: string;
  /** Addresses of the device that go by the slow wire instead. */
  readonly slowed: readonly string[];
  /** The ordinary wire, and addresses on it for what the slow one is made of: a free one, and the router's. */
  readonly over: { readonly interface: string; readonly device: string; readonly router: string };
}

const NAME = 'slow';
const relayProgram = fileURLToPath(new URL('./slowRelay.ts', import.meta.url));

/** Why packets cannot be delayed on this machine, for people; null where they can. */
export function slowWireRefused(): string | null {
  if (!existsSync('/dev/net/tun')) return 'this machine has no /dev/net/tun';
  return succeeds('socat', '-V') ? null : 'socat is missing: socat';
}

/**
 * A wire between a device and its router on which packets take their time, for kernels that cannot delay them: a
 * TUN interface at either end, and a program between the two that lets packets wait. Addresses stay what they are, so
 * connections go on when it is put in or taken away.
 */
export class SlowWire {
  readonly #ends: Ends;
  #programs: readonly ChildProcess[] = [];

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Resolves once packets go by it. */
  async put({ delay, jitter, reorder }: Slowness): Promise<void> {
    this.take();
    const { device, router, slowed, over } = this.#ends;
    const inside = (namespace: string, ...command: string[]) =>
      spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: ['ignore', 'pipe', 'ignore'] });
    const tun = (from: string, to: string) => [
      'socat',
      `TUN,tun-name=${NAME},iff-no-pi,iff-up`,
      `UDP4-DATAGRAM:${to},bind=${from}`,
    ];
    ip(`address add ${over.device}/32 dev ${over.interface}`, device);
    const slowness = [delay, jitter, reorder].map(String);
    const relay = inside(router, process.execPath, relayProgram, over.router, over.device, ...slowness);
    this.#programs = [
      relay,
      inside(router, ...tun('127.0.0.1:5002', '127.0.0.1:5001')),
      inside(device, ...tun(`${over.device}:5000`, `${over.router}:5000`)),
    ];
    await once(relay.stdout.resume(), 'end');
    for (const namespace of [device, router]) await standing(namespace);
    for (const address of slowed) {
      const family = address.includes(':') ? '-6' : '-4';
      run('ip', ['-n', router, family, 'route', 'replace', address, 'dev', NAME]);
      // Each half goes before the default route, which counts again when they are gone.
      for (const half of family === '-6' ? ['::/1', '8000::/1'] : ['0.0.0.0/1', '128.0.0.0/1']) {
        run('ip', ['-n', device, family, 'route', 'add', half, 'dev', NAME, 'src', address]);
      }
    }
  }

  /** Packets are as fast as before. Idempotent. */
  take(): void {
    if (this.#programs.length === 0) return;
    // Their interfaces go with them, and the routes by these.
    for (const program of this.#programs) program.kill('SIGKILL');
    this.#programs = [];
    const { device, over } = this.#ends;
    ip(`address delete ${over.device}/32 dev ${over.interface}`, device);
  }
}

async function standing(namespace: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (succeeds('ip', '-n', namespace, 'link', 'show', NAME)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the slow wire does not come up');
}
