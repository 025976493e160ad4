import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ProtocolError } from '../../shared/errors.ts';
import type { SitePolicies } from '../../shared/protocol/accounts.ts';
import { isWithin, type Residency } from '../../shared/residency.ts';
import type { Policy, Preset } from '../../shared/roles.ts';

/** What the operator allows here, whatever a host wants. */
export interface PoliciesConfig {
  readonly presets: readonly Preset[];
  /** Whether people may come who are not signed in. */
  readonly guests: boolean;
  /** Networks people may come from, in CIDR form; empty for every one. */
  readonly networks: readonly string[];
  /** Oldest page that may take part; null for every one of this protocol. */
  readonly minVersion: string | null;
  /** Days that an ended meeting's records are kept. */
  readonly keepDays: number;
  /** Connections to one meeting, waiting ones included. */
  readonly meetingSize: number;
  /** Whether anybody may record, hosts too. */
  readonly recording: boolean;
  /** Where every meeting's rules have to keep its media; null for anywhere. */
  readonly residency: Residency | null;
}

/** What the page is told of them. */
export function publicPolicies(policies: PoliciesConfig): SitePolicies {
  const { presets, guests, keepDays, meetingSize, recording, minVersion, residency } = policies;
  return { presets: [...presets], guests, keepDays, meetingSize, recording, minVersion, residency };
}

/** Refuses rules that a host signed and that go beyond what the operator allows. Throws ProtocolError. */
export function checkRules({ presets, recording, residency }: PoliciesConfig, rules: Policy): void {
  const given = Object.values(rules.permissions).flat();
  if (!presets.includes(rules.preset) || (!recording && given.includes('record'))) {
    throw new ProtocolError('not-allowed-here');
  }
  if (residency && !isWithin(rules.residency, residency)) throw new ProtocolError('regions-required');
}

/** Whether one version, as "1.2.3", is not older than another. What is no version is older than all. */
export function isAtLeast(version: string | undefined, least: string): boolean {
  const parts = (text: string) => text.split('.').map(Number);
  if (version === undefined || !isVersion(version)) return false;
  const [have, need] = [parts(version), parts(least)];
  const at = need.findIndex((part, index) => part !== have[index]);
  return at < 0 || (have[at] ?? 0) > (need[at] ?? 0);
}

/** Whether a text is a version of three numbers, as in "1.20.3". */
export function isVersion(text: string): boolean {
  return /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(text);
}

/** Whether a text names a network: "192.0.2.0/24", "2001:db8::/32", or one address. */
export function isNetwork(text: string): boolean {
  const { address, bits } = networkOf(text);
  if (isIPv4(address)) return bits >= 0 && bits <= 32;
  return isIPv6(address) && bits >= 0 && bits <= 128;
}

function networkOf(text: string): { address: string; bits: number } {
  const [address = '', bits] = text.split('/');
  const whole = isIPv6(address) ? 128 : 32;
  return { address, bits: bits === undefined ? whole : /^\d{1,3}$/.test(bits) ? Number(bits) : -1 };
}

/** Tells whether an address is within the networks; every one is where none are named. */
export function networkGate(networks: readonly string[]): (address: string | undefined) => boolean {
  if (networks.length === 0) return () => true;
  const allowed = new BlockList();
  for (const network of networks) {
    const { address, bits } = networkOf(network);
    allowed.addSubnet(address, bits, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (given = '') => {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(given)?.[1];
    const address = mapped ?? given;
    if (isIPv4(address)) return allowed.check(address, 'ipv4');
    return isIPv6(address) && allowed.check(address, 'ipv6');
  };
}
