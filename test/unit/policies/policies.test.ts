import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkRules,
  isAtLeast,
  isNetwork,
  networkGate,
  type PoliciesConfig,
} from '../../../server/policies/policies.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { CLIENT_VERSION } from '../../../shared/protocol/version.ts';
import type { Residency } from '../../../shared/residency.ts';
import { type Policy, presetPolicy } from '../../../shared/roles.ts';
import { operator } from '../../support/operator.ts';
import { openPolicies } from '../../support/server.ts';

it.each([
  ['0.1.0', '0.1.0', true],
  ['0.10.0', '0.9.9', true],
  ['1.0.0', '0.9.9', true],
  ['0.9.9', '1.0.0', false],
  ['0.1', '0.1.0', false],
  ['9.9.9-beta', '0.1.0', false],
  [undefined, '0.0.0', false],
])('%s is at least %s: %s', (version, least, answer) => {
  expect(isAtLeast(version, least)).toBe(answer);
});

it('the page names the version of the package', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(CLIENT_VERSION);
});

describe('networkGate', () => {
  const gate = networkGate(['192.0.2.0/24', '2001:db8::/32', '203.0.113.7']);
  it.each([
    ['192.0.2.255', true],
    ['::ffff:192.0.2.1', true],
    ['2001:db8:1::1', true],
    ['203.0.113.7', true],
    ['203.0.113.8', false],
    ['192.0.3.1', false],
    ['2001:db9::1', false],
    ['unknown', false],
    [undefined, false],
  ])('%s: %s', (address, answer) => {
    expect(gate(address)).toBe(answer);
  });

  it('is open where nothing is named', () => {
    expect(networkGate([])('203.0.113.8')).toBe(true);
  });

  it.each(['192.0.2.0/33', '::/129', 'office', '192.0.2.0/-1', '192.0.2.0/', ''])(
    '%s is no network',
    (text) => {
      expect(isNetwork(text)).toBe(false);
    },
  );
});

describe('rules have to stay within what the operator allows', () => {
  const refusal = (change: Partial<PoliciesConfig>, rules: Policy) => {
    try {
      checkRules({ ...openPolicies, ...change }, rules);
      return null;
    } catch (error) {
      return error instanceof ProtocolError ? error.code : error;
    }
  };

  it('in kind and in the right to record', () => {
    expect(refusal({}, presetPolicy('open'))).toBeNull();
    expect(refusal({ presets: ['classroom'] }, presetPolicy('open'))).toBe('not-allowed-here');
    expect(refusal({ recording: false }, presetPolicy('open'))).toBe('not-allowed-here');
    expect(refusal({ recording: false }, presetPolicy('classroom'))).toBe('not-allowed-here');
    const { permissions, ...rest } = presetPolicy('open');
    const cohost = permissions.cohost.filter((right) => right !== 'record');
    const silent = { ...rest, permissions: { ...permissions, cohost } };
    expect(refusal({ recording: false }, silent)).toBeNull();
  });

  it('in where media may pass', () => {
    const { key } = operator();
    const residency = { operator: key, regions: ['Hsinchu', 'Taipei'] };
    const under = (rule?: Residency) =>
      refusal({ residency }, { ...presetPolicy('open'), ...(rule && { residency: rule }) });
    expect(under()).toBe('regions-required');
    expect(under({ ...residency, regions: ['Taipei', 'Abroad'] })).toBe('regions-required');
    expect(under({ operator: operator().key, regions: ['Taipei'] })).toBe('regions-required');
    expect(under({ ...residency, regions: ['Taipei'] })).toBeNull();
    expect(under({ ...residency, regions: ['Taipei', 'Hsinchu'] })).toBeNull();
  });
});
