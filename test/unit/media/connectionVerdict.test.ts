import { describe, expect, it } from 'vitest';
import { verdictOf, type WayOutcome } from '../../../client/media/connectionVerdict.ts';

const ok = (rttMs: number): WayOutcome => ({ result: 'ok', rttMs });
const blocked: WayOutcome = { result: 'blocked', rttMs: null };
const untested: WayOutcome = { result: 'untested', rttMs: null };

describe('verdictOf', () => {
  it.each([
    ['a near server by UDP', { udp: ok(23.4), tcp: ok(20), turn: untested }, 23, 'good', 'fine'],
    ['a far one', { udp: ok(250), tcp: ok(250), turn: untested }, 250, 'fair', 'far-away'],
    ['the other side of the world', { udp: ok(600), tcp: blocked, turn: untested }, 600, 'poor', 'far-away'],
    ['TCP only', { udp: blocked, tcp: ok(30), turn: untested }, 30, 'fair', 'udp-blocked'],
    ['the relay only', { udp: blocked, tcp: blocked, turn: ok(40) }, 40, 'fair', 'relay-only'],
    ['a slow relay', { udp: blocked, tcp: blocked, turn: ok(900) }, 900, 'poor', 'relay-only'],
    ['no way', { udp: blocked, tcp: blocked, turn: blocked }, null, 'poor', 'no-way'],
  ] as const)('judges %s', (_, outcomes, rttMs, expected, advice) => {
    expect(verdictOf(outcomes)).toMatchObject({ rttMs, expected, advice });
  });
});
