import { beforeAll, describe, expect, it } from 'vitest';
import { verify as verifyEd25519 } from '../../../client/e2ee/crypto/ed25519.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { heldToRegions } from '../../../client/meeting/core/heldToRegions.ts';
import { fromBase64Url } from '../../../shared/bytes.ts';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';
import {
  allowedNodes,
  encodeSiteList,
  keptWithin,
  type Residency,
  type SiteNode,
  type Verify,
} from '../../../shared/residency.ts';
import { operator } from '../../support/operator.ts';

beforeAll(ready);

const verify: Verify = (message, signature, by) => verifyEd25519(fromBase64Url(by), message, signature);

const fingerprint = (digit: string) => Array.from({ length: 32 }, () => digit.repeat(2)).join(':');
const node = (name: string, region: string, digit: string, address: string): SiteNode => ({
  name,
  region,
  addresses: [address],
  fingerprint: fingerprint(digit),
  relays: ['turn.taipei.example'],
});
const taipei = node('taipei-1', 'Taipei', 'A', '203.0.113.1');
const abroad = node('abroad-1', 'Abroad', 'B', '198.51.100.1');

const { key, list } = operator();
const rule: Residency = { operator: key, regions: ['Taipei'] };
const signed = list(taipei, abroad);

type Wire = ResponseOf<'media:createTransport'>;

function wire(at: SiteNode, change: Partial<Wire> = {}): Wire {
  const [address = ''] = at.addresses;
  return {
    id: 'transport',
    iceParameters: { usernameFragment: 'u', password: 'p' },
    iceCandidates: [
      { foundation: 'f', priority: 1, address, ip: address, protocol: 'udp', port: 44400, type: 'host' },
    ],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: at.fingerprint }] },
    iceServers: [],
    site: signed,
    ...change,
  };
}

const isTaken = (each: Wire, by: Residency | undefined = rule) => {
  try {
    return heldToRegions(each, by, verify);
  } catch {
    return null;
  }
};

describe('a site list', () => {
  it('counts as its own operator signed it, and for the regions of the rule', () => {
    expect(allowedNodes(rule, signed, verify)).toEqual([taipei]);
    expect(allowedNodes({ ...rule, regions: ['Taipei', 'Abroad'] }, signed, verify)).toHaveLength(2);
    expect(allowedNodes(rule, null, verify)).toEqual([]);
    const moved = { ...signed, content: encodeSiteList([{ ...abroad, region: 'Taipei' }]) };
    expect(allowedNodes(rule, moved, verify)).toEqual([]);
    const other = operator();
    expect(allowedNodes(rule, other.list({ ...abroad, region: 'Taipei' }), verify)).toEqual([]);
    expect(allowedNodes(rule, { ...other.list(taipei), operator: key }, verify)).toEqual([]);
  });
});

describe('the rule of a new meeting at a site that sets bounds', () => {
  const bounds: Residency = { operator: key, regions: ['Hsinchu', 'Taipei'] };

  it('is that of the site, or what its founder chose of it', () => {
    expect(keptWithin(undefined, bounds)).toEqual(bounds);
    expect(keptWithin(rule, bounds)).toEqual(rule);
    expect(keptWithin({ ...rule, regions: ['Abroad', 'Taipei'] }, bounds)).toEqual(rule);
  });

  it('is none where nothing is left of what the founder chose: the site replaces no choice', () => {
    expect(keptWithin({ ...rule, regions: ['Abroad'] }, bounds)).toBeNull();
    expect(keptWithin({ ...rule, operator: operator().key }, bounds)).toBeNull();
  });
});

describe('a transport under a rule on regions', () => {
  it('is taken where it ends at a listed server of an allowed region', () => {
    expect(isTaken(wire(taipei))?.dtlsParameters.fingerprints).toHaveLength(1);
    const relay = [{ urls: ['turn:turn.taipei.example:3478?transport=udp'] }];
    expect(isTaken(wire(taipei, { iceServers: relay }))).not.toBeNull();
  });

  it('is refused at any other server, whatever that one says of itself', () => {
    expect(isTaken(wire(abroad))).toBeNull();
    expect(isTaken({ ...wire(taipei), site: undefined })).toBeNull();
    // The right address with another certificate, and the right certificate at another address.
    expect(isTaken(wire(taipei, { dtlsParameters: wire(abroad).dtlsParameters }))).toBeNull();
    expect(isTaken(wire(taipei, { iceCandidates: wire(abroad).iceCandidates }))).toBeNull();
    const both = [...wire(taipei).iceCandidates, ...wire(abroad).iceCandidates];
    expect(isTaken(wire(taipei, { iceCandidates: both }))).toBeNull();
    expect(isTaken(wire(taipei, { iceServers: [{ urls: ['turn:turn.abroad.example:3478'] }] }))).toBeNull();
  });

  it('keeps no fingerprint but the one that was signed for', () => {
    const { fingerprints } = wire(taipei).dtlsParameters;
    const sneaked = { fingerprints: [...fingerprints, { algorithm: 'sha-512', value: 'CC:DD' }] };
    expect(isTaken(wire(taipei, { dtlsParameters: sneaked }))?.dtlsParameters.fingerprints).toEqual(
      fingerprints,
    );
    const second = { algorithm: 'sha-256', value: abroad.fingerprint };
    expect(isTaken(wire(taipei, { dtlsParameters: { fingerprints: [...fingerprints, second] } }))).toBeNull();
    expect(
      isTaken(wire(taipei, { dtlsParameters: { fingerprints: [{ algorithm: 'sha-512', value: 'CC' }] } })),
    ).toBeNull();
  });

  it('is free where there is no rule', () => {
    expect(heldToRegions(wire(abroad), undefined, verify)).toEqual(wire(abroad));
  });
});
