import { describe, expect, it } from 'vitest';
import { judge, type Offer, type Pin, type Refusal } from '../../../client/release/pin.ts';

const digest = (letter: string) => `sha256-${letter.repeat(43)}=`;

function release(letter: string, at?: number, ...keys: string[]): Pin {
  const manifest = { format: 'sealroom release 1' as const, version: '1.0.0', files: {} };
  return { text: '', digest: digest(letter), manifest, signed: at === undefined ? null : { at, keys } };
}

const offer = (...of: Parameters<typeof release>): Offer => ({ kind: 'release', release: release(...of) });

describe('what may replace the release in use', () => {
  it.each<[string, Pin, Offer, 'same' | 'update' | 'unlisted' | 'unreachable' | Refusal]>([
    ['itself', release('A', 5, 'k'), offer('A', 5, 'k'), 'same'],
    ['the same files without their signature', release('A', 5, 'k'), offer('A'), 'same'],
    ['a later one of the same key', release('A', 5, 'k'), offer('B', 6, 'k'), 'update'],
    [
      'a later one that the old key and a new one signed',
      release('A', 5, 'k'),
      offer('B', 6, 'k', 'n'),
      'update',
    ],
    ['one of the new key after that', release('B', 6, 'k', 'n'), offer('C', 7, 'n'), 'update'],
    ['one of the new key before that', release('A', 5, 'k'), offer('C', 7, 'n'), 'other-key'],
    ['an earlier one', release('A', 5, 'k'), offer('B', 4, 'k'), 'older'],
    ['another one of the same moment', release('A', 5, 'k'), offer('B', 5, 'k'), 'older'],
    ['one that nobody signed', release('A', 5, 'k'), offer('B'), 'not-signed'],
    ['nothing that can be checked', release('A', 5, 'k'), { kind: 'none' }, 'not-signed'],
    ['one with a broken signature', release('A'), { kind: 'bad-signature' }, 'bad-signature'],
    ['another build, where none was signed', release('A'), offer('B'), 'update'],
    ['the first signed one', release('A'), offer('B', 1, 'k'), 'update'],
    ['a signature for the same files', release('A'), offer('A', 1, 'k'), 'update'],
    ['nothing that can be checked, where none was signed', release('A'), { kind: 'none' }, 'unlisted'],
    ['silence', release('A', 5, 'k'), { kind: 'unreachable' }, 'unreachable'],
  ])('%s', (_name, pin, offered, expected) => {
    const verdict = judge(pin, offered);
    expect(verdict.kind === 'refused' ? verdict.why : verdict.kind).toBe(expected);
  });
});
