import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listenInfos, ownAddresses, usableAddresses } from '../../../server/media/addresses.ts';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const shared = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...shared, family: 'IPv6', scopeid: 0 } : { ...shared, family: 'IPv4' };
}

describe('the addresses that browsers are told', () => {
  it('are found on the interfaces: IPv4 before IPv6, loopback last, link-local never', () => {
    const interfaces = {
      lo: [info('127.0.0.1', true), info('::1', true)],
      eth0: [info('2001:db8::5'), info('fe80::1'), info('192.0.2.5')],
      eth1: [info('198.51.100.5'), info('192.0.2.5')],
      down: undefined,
    };
    expect(ownAddresses(interfaces)).toEqual([
      '192.0.2.5',
      '198.51.100.5',
      '2001:db8::5',
      '127.0.0.1',
      '::1',
    ]);
  });

  it('are those that can be listened on', async () => {
    // TEST-NET-3 is on no interface of anybody's.
    expect(await usableAddresses(['203.0.113.9', '127.0.0.1', '::1'])).toEqual(['127.0.0.1', '::1']);
  });

  it('are listened on themselves, UDP before TCP, each family on its own', () => {
    expect(listenInfos([], ['192.0.2.5', '2001:db8::5'], 44_400)).toEqual([
      { protocol: 'udp', ip: '192.0.2.5', port: 44_400 },
      { protocol: 'udp', ip: '2001:db8::5', port: 44_400, flags: { ipv6Only: true } },
      { protocol: 'tcp', ip: '192.0.2.5', port: 44_400 },
      { protocol: 'tcp', ip: '2001:db8::5', port: 44_400, flags: { ipv6Only: true } },
    ]);
  });

  it('are the announced ones where there are any, while everything of their family is listened on', () => {
    expect(listenInfos(['meet.example.org', '2001:db8::7'], ['192.0.2.5'], 0)).toEqual([
      { protocol: 'udp', ip: '0.0.0.0', announcedAddress: 'meet.example.org' },
      { protocol: 'udp', ip: '::', announcedAddress: '2001:db8::7', flags: { ipv6Only: true } },
      { protocol: 'tcp', ip: '0.0.0.0', announcedAddress: 'meet.example.org' },
      { protocol: 'tcp', ip: '::', announcedAddress: '2001:db8::7', flags: { ipv6Only: true } },
    ]);
  });

  it('are the announced one alone where the machine has it, so that answers leave from it', () => {
    expect(listenInfos(['192.0.2.6', '2001:db8::7'], ['192.0.2.5', '192.0.2.6'], 44_400)).toEqual([
      { protocol: 'udp', ip: '192.0.2.6', port: 44_400 },
      { protocol: 'udp', ip: '::', announcedAddress: '2001:db8::7', port: 44_400, flags: { ipv6Only: true } },
      { protocol: 'tcp', ip: '192.0.2.6', port: 44_400 },
      { protocol: 'tcp', ip: '::', announcedAddress: '2001:db8::7', port: 44_400, flags: { ipv6Only: true } },
    ]);
  });

  it('are at most eight beside loopback: each costs every browser a check', () => {
    const many = Array.from({ length: 20 }, (_, i) => `10.0.0.${i}`);
    const told = listenInfos([], [...many, '127.0.0.1'], 1).filter(({ protocol }) => protocol === 'udp');
    expect(told.map(({ ip }) => ip)).toEqual([...many.slice(0, 8), '127.0.0.1']);
  });
});
