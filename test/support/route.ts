import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/** An address of this machine that browsers take for a real network. */
export interface Route {
  readonly address: string;
  close(): void;
}

const name = 'sealroom0';
const address = '10.213.87.1';

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
}

/**
 * Firefox makes no ICE candidate where only the loopback exists. There, and as root, a dummy interface with a
 * default route is made for as long as the test runs.
 */
export function openRoute(): Route {
  for (const infos of Object.values(networkInterfaces())) {
    for (const info of infos ?? []) {
      if (!info.internal && info.family === 'IPv4') return { address: info.address, close: () => undefined };
    }
  }
  const made =
    ip('link', 'add', name, 'type', 'dummy') &&
    ip('address', 'add', `${address}/24`, 'dev', name) &&
    ip('link', 'set', name, 'up') &&
    ip('route', 'add', 'default', 'dev', name);
  const close = () => void ip('link', 'delete', name);
  if (made) return { address, close };
  close();
  throw new Error('this machine has no network address, and none could be added (needs root and iproute2)');
}
