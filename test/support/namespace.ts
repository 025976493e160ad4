import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Household } from './household.ts';

/** What the internet of a test needs of the machine. */
const tools = [
  { command: ['ip', '-V'], package: 'iproute2' },
  { command: ['tc', '-V'], package: 'iproute2' },
  { command: ['nft', '-v'], package: 'nftables' },
] as const;

const prefix = 'sealroom';
const mostNetworks = 200;

/** An address of the site, in both families. */
export interface SiteAddress {
  readonly v4: string;
  readonly v6: string;
}

/** Runs a program and returns what it wrote. Throws with that where it fails. */
export function run(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}

/** Whether a program is there and ends well. */
export function succeeds(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Each line is the arguments of one `ip` command. */
export function ip(lines: string, namespace?: string): void {
  run('ip', [...(namespace === undefined ? [] : ['-n', namespace]), '-batch', '-'], `${lines.trim()}\n`);
}

/** Why this machine cannot have networks of its own, for people; null where it can. */
export function namespacesRefused(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const { command, package: name } of tools) {
    const [program, ...args] = command;
    if (!succeeds(program, ...args)) return `${program} is missing: ${name}`;
  }
  const probe = `${prefix}-${process.pid}-probe`;
  const { status, stderr } = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (status !== 0) return `this machine forbids network namespaces: ${stderr.trim()}`;
  spawnSync('ip', ['netns', 'delete', probe]);
  return null;
}

/**
 * A small internet on this machine: addresses of a site, at which programs of this process listen, and households
 * behind routers of their own, in which browsers run. Root and Linux only, see `namespacesRefused`.
 */
export class Internet {
  /** Where the server is, and where something else of the same site may be. */
  readonly site: SiteAddress;
  readonly relay: SiteAddress;
  readonly #number: number;
  readonly #folder: string;
  readonly #names: ReadonlyMap<string, SiteAddress>;
  readonly #households: Household[] = [];

  private constructor(number: number, names: (internet: Internet) => Record<string, SiteAddress>) {
    this.#number = number;
    this.#folder = mkdtempSync(join(tmpdir(), 'sealroom-internet-'));
    this.site = this.#address(1);
    this.relay = this.#address(2);
    this.#names = new Map(Object.entries(names(this)));
  }

  /** `names`: what households know in place of a DNS. */
  static open(names: (internet: Internet) => Record<string, SiteAddress> = () => ({})): Internet {
    sweep();
    const internet = new Internet(freeNumber(), names);
    const link = interfaceOf(internet.#number);
    const addresses = [internet.site, internet.relay].flatMap(({ v4, v6 }) => [
      `address add ${v4}/32 dev ${link}`,
      `address add ${v6}/128 dev ${link} nodad`,
    ]);
    ip([...addresses, `link set ${link} up`].join('\n'));
    return internet;
  }

  /** A device behind a router of its own, with all ways open. */
  household(): Household {
    const index = this.#households.length + 1;
    const namespace = `${prefix}-${process.pid}-${this.#number}-${index}`;
    const etc = `/etc/netns/${namespace}`;
    mkdirSync(etc, { recursive: true });
    // With the dot, too: so WebRTC asks for relays, and files know no rules about it.
    const lines = [...this.#names].flatMap(([name, { v4, v6 }]) =>
      [v4, v6].map((address) => `${address} ${name} ${name}.`),
    );
    writeFileSync(join(etc, 'hosts'), ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n'));
    // Nobody answers for other names, at once instead of after a time-out.
    writeFileSync(join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\noptions attempts:1 timeout:1\n');
    const household = new Household({
      namespace,
      link: `sr${this.#number}h${index}`,
      upstream: { v4: `10.${this.#number}.${index}`, v6: `fd5e:${this.#number}:${index}:` },
      launcher: (program) => this.#launcher(namespace, program),
      onClose: () => rmSync(etc, { recursive: true, force: true }),
    });
    this.#households.push(household);
    return household;
  }

  /** Takes everything away again. Idempotent. */
  close(): void {
    for (const household of this.#households.splice(0)) household.close();
    spawnSync('ip', ['link', 'delete', interfaceOf(this.#number)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A program that starts `program` in the namespace: for those who take a path and no command line. */
  #launcher(namespace: string, program: string): string {
    const path = join(this.#folder, `${namespace}-${program.replaceAll('/', '-')}`);
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  #address(host: number): SiteAddress {
    return { v4: `10.${this.#number}.0.${host}`, v6: `fd5e:${this.#number}::${host}` };
  }
}

const interfaceOf = (number: number) => `${prefix}n${number}`;

/** Takes a number that no other internet of this machine has. */
function freeNumber(): number {
  for (let number = 20; number < mostNetworks; number++) {
    const made = spawnSync('ip', ['link', 'add', interfaceOf(number), 'type', 'bridge'], { stdio: 'ignore' });
    if (made.status !== 0) continue;
    ip(`link set ${interfaceOf(number)} alias ${process.pid}`);
    return number;
  }
  throw new Error('no network could be made');
}

/** Removes what an earlier run left that was killed. */
function sweep(): void {
  const running = new Set(readdirSync('/proc'));
  for (const line of run('ip', ['netns', 'list']).split('\n')) {
    const name = line.split(' ')[0] ?? '';
    const owner = new RegExp(`^${prefix}-(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || running.has(owner)) continue;
    spawnSync('ip', ['netns', 'delete', name]);
    rmSync(`/etc/netns/${name.replace(/-router$/, '')}`, { recursive: true, force: true });
  }
  const links = run('ip', ['-oneline', 'link', 'show', 'type', 'bridge']);
  for (const [, name = '', owner = ''] of links.matchAll(
    new RegExp(`(${prefix}n\\d+):.*alias (\\d+)`, 'g'),
  )) {
    if (!running.has(owner)) spawnSync('ip', ['link', 'delete', name]);
  }
}
