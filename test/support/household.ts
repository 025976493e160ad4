import { spawnSync } from 'node:child_process';
import { ip, run } from './namespace.ts';
import { SlowWire } from './slowWire.ts';

/** Packets that pass the router although others do not. */
export interface Passage {
  readonly protocol: 'tcp' | 'udp';
  /** Of the other side; any where none is given. */
  readonly port?: number;
  /** Address of the other side; any, of either family, where none is given. */
  readonly to?: string;
}

/** What the line to the internet is like; what is not given is perfect. */
export interface Line {
  /** Part of the packets that are lost, 0 to 1, each way. */
  readonly loss?: number;
  /** Bits per second, each way. */
  readonly rate?: number;
  /** Milliseconds one way, and how much more or less it may be; needs what `slowWireRefused` asks for. */
  readonly delay?: number;
  readonly jitter?: number;
  /** Part of the packets that overtake others, 0 to 1, where there is a delay. */
  readonly reorder?: number;
}

/** The two networks that the device can be on, as Wi-Fi and a telephone network. */
export type Access = 'wifi' | 'mobile';

interface Parts {
  readonly namespace: string;
  /** Short name for its interfaces in the site's namespace. */
  readonly link: string;
  /** What its network towards the site begins with. */
  readonly upstream: { readonly v4: string; readonly v6: string };
  readonly launcher: (program: string) => string;
  readonly onClose: () => void;
}

const lans: Readonly<Record<Access, { readonly v4: string; readonly v6: string }>> = {
  wifi: { v4: '192.168.7', v6: 'fd00:7:' },
  mobile: { v4: '192.168.8', v6: 'fd00:8:' },
};

/** A device and its router, which translates addresses, filters, and can be made as bad as lines are. */
export class Household {
  /** The namespace of the device. */
  readonly namespace: string;
  readonly #parts: Parts;
  readonly #router: string;
  #passages: readonly Passage[] | null = null;
  #line: Line = {};
  #cut = false;
  #outer = 2;
  #inner = 2;
  #access: Access = 'wifi';
  #slow: SlowWire | null = null;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.namespace = parts.namespace;
    this.#router = `${parts.namespace}-router`;
    const { link, upstream } = parts;
    for (const name of [this.namespace, this.#router]) run('ip', ['netns', 'add', name]);
    ip(`
      link add ${link} type veth peer name wan netns ${this.#router}
      address add ${upstream.v4}.1/24 dev ${link}
      address add ${upstream.v6}:1/64 dev ${link} nodad
      link set ${link} up
    `);
    for (const access of ['wifi', 'mobile'] as const) {
      ip(`link add ${access} type veth peer name ${access} netns ${this.namespace}`, this.#router);
      ip(
        `
        address add ${lans[access].v4}.1/24 dev ${access}
        address add ${lans[access].v6}:1/64 dev ${access} nodad
        link set ${access} up
        `,
        this.#router,
      );
    }
    ip('link set lo up\nlink set wan up', this.#router);
    ip('link set lo up', this.namespace);
    this.#inside(this.#router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
    this.#dial();
    this.#join();
    this.#nft(`table inet translation {
      chain outward { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
    }`);
  }

  /** What the internet takes it for. */
  get outside(): { readonly v4: string; readonly v6: string } {
    const { v4, v6 } = this.#parts.upstream;
    return { v4: `${v4}.${this.#outer}`, v6: `${v6}:${this.#outer}` };
  }

  /** A path that starts `program` on the device, with the arguments it is given. */
  launcher(program: string): string {
    return this.#parts.launcher(program);
  }

  /** Lets these packets through, with their answers, and drops all others without a word; null: all pass. */
  allow(passages: readonly Passage[] | null): void {
    this.#passages = passages;
    this.#filter();
  }

  /** Nothing passes, until `mend`. */
  cut(): void {
    this.#cut = true;
    this.#filter();
  }

  mend(): void {
    this.#cut = false;
    this.#filter();
  }

  /** Makes the line as good or bad as this, both ways, once this resolves. Delays hold for the network it is on now. */
  async line(line: Line): Promise<void> {
    this.#line = line;
    this.#filter();
    for (const device of ['wan', 'wifi', 'mobile']) this.#shape(device);
    this.#slow?.take();
    this.#slow = null;
    const { delay, jitter = 0, reorder = 0 } = line;
    if (delay === undefined) return;
    const { v4, v6 } = lans[this.#access];
    this.#slow = new SlowWire({
      device: this.namespace,
      router: this.#router,
      slowed: [`${v4}.${this.#inner}`, `${v6}:${this.#inner}`],
      over: { interface: this.#access, device: `${v4}.200`, router: `${v4}.1` },
    });
    await this.#slow.put({ delay, jitter, reorder });
  }

  /** The router gets another address and forgets all translations, as at a new dial-in. */
  rebind(): void {
    const before = this.#outer;
    this.#outer = before === 2 ? 3 : 2;
    const { v4, v6 } = this.#parts.upstream;
    ip(`address delete ${v4}.${before}/24 dev wan\naddress delete ${v6}:${before}/64 dev wan`, this.#router);
    this.#dial();
  }

  /** The device gets another address in the same network. */
  renumber(): void {
    const { v4, v6 } = lans[this.#access];
    const before = this.#inner;
    this.#inner += 1;
    ip(
      `address delete ${v4}.${before}/24 dev ${this.#access}\naddress delete ${v6}:${before}/64 dev ${this.#access}`,
      this.namespace,
    );
    this.#join();
  }

  /** The device loses the network it is on and joins the other one, as from Wi-Fi to mobile. */
  roam(): void {
    ip(`link set ${this.#access} down\naddress flush dev ${this.#access}`, this.namespace);
    this.#access = this.#access === 'wifi' ? 'mobile' : 'wifi';
    this.#join();
  }

  /** Stops every program on the device where it stands, as a lid that is closed does, or lets it go on. */
  sleep(asleep: boolean): void {
    const pids = run('ip', ['netns', 'pids', this.namespace]).split('\n').filter(Boolean);
    for (const pid of pids) process.kill(Number(pid), asleep ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#slow?.take();
    for (const name of [this.namespace, this.#router]) spawnSync('ip', ['netns', 'delete', name]);
    spawnSync('ip', ['link', 'delete', this.#parts.link]);
    this.#parts.onClose();
  }

  #dial(): void {
    const { v4, v6 } = this.#parts.upstream;
    ip(
      `
      address add ${v4}.${this.#outer}/24 dev wan
      address add ${v6}:${this.#outer}/64 dev wan nodad
      route replace default via ${v4}.1
      route replace default via ${v6}:1
      `,
      this.#router,
    );
  }

  #join(): void {
    const access = this.#access;
    const { v4, v6 } = lans[access];
    ip(
      `
      link set ${access} up
      address add ${v4}.${this.#inner}/24 dev ${access}
      address add ${v6}:${this.#inner}/64 dev ${access} nodad
      route replace default via ${v4}.1
      route replace default via ${v6}:1
      `,
      this.namespace,
    );
  }

  /** Without memory of connections, so that a rule holds for those that run, too. */
  #filter(): void {
    const rules: string[] = [];
    if (this.#cut) rules.push('drop');
    const { loss = 0 } = this.#line;
    if (loss > 0) rules.push(`numgen random mod 1000 < ${Math.round(loss * 1000)} drop`);
    if (this.#passages) {
      // Neighbours must be found whatever else is dropped.
      rules.push('icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept');
      for (const passage of this.#passages) {
        rules.push(
          `oifname "wan" ${matching(passage, 'd')} accept`,
          `iifname "wan" ${matching(passage, 's')} accept`,
        );
      }
      rules.push('drop');
    }
    this.#nft(`table inet gate
    delete table inet gate
    table inet gate {
      chain passing { type filter hook forward priority filter; policy accept; ${rules.join('; ')}; }
    }`);
  }

  #shape(device: string): void {
    const { rate } = this.#line;
    spawnSync('ip', ['netns', 'exec', this.#router, 'tc', 'qdisc', 'delete', 'dev', device, 'root']);
    if (rate === undefined) return;
    // What waits longer than 400 ms is dropped, as home routers do it.
    const shape = ['root', 'tbf', 'rate', `${rate}bit`, 'burst', '3200', 'latency', '400ms'];
    this.#inside(this.#router, 'tc', 'qdisc', 'add', 'dev', device, ...shape);
  }

  #nft(rules: string): void {
    run('ip', ['netns', 'exec', this.#router, 'nft', '-f', '-'], rules);
  }

  #inside(namespace: string, ...command: string[]): void {
    run('ip', ['netns', 'exec', namespace, ...command]);
  }
}

/** The passage as nft says it; `side`: whether the other side is a packet's destination or source. */
function matching({ protocol, port, to }: Passage, side: 'd' | 's'): string {
  const address = to === undefined ? '' : `${to.includes(':') ? 'ip6' : 'ip'} ${side}addr ${to} `;
  return `${address}${port === undefined ? `meta l4proto ${protocol}` : `${protocol} ${side}port ${port}`}`;
}
