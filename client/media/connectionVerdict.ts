/** Whether one way to the media server is open from here. `untested` also where the server has no such way. */
export type WayResult = 'ok' | 'blocked' | 'untested';

export type Way = 'udp' | 'tcp' | 'turn';

/** What came of trying one way. */
export interface WayOutcome {
  readonly result: WayResult;
  /** Milliseconds there and back; null where nothing came back. */
  readonly rttMs: number | null;
}

export interface ConnectionVerdict {
  readonly udp: WayResult;
  readonly tcp: WayResult;
  readonly turn: WayResult;
  /** Milliseconds to the media server on the best open way; null where none is open. */
  readonly rttMs: number | null;
  /** From the way and its delay; bandwidth is not measured. */
  readonly expected: 'good' | 'fair' | 'poor';
  /** What to tell the person. `no-way`: no media would come through at all. */
  readonly advice: 'fine' | 'udp-blocked' | 'relay-only' | 'far-away' | 'no-way';
}

/** ITU-T G.114: up to 150 ms one way nobody notices, above 400 ms people talk over each other. */
const easyRttMs = 200;
const hardRttMs = 500;

/** What the outcomes of all ways mean for a call. Pure. */
export function verdictOf(outcomes: Readonly<Record<Way, WayOutcome>>): ConnectionVerdict {
  const { udp, tcp, turn } = outcomes;
  const results = { udp: udp.result, tcp: tcp.result, turn: turn.result };
  const best = [udp, tcp, turn].find(({ result }) => result === 'ok');
  if (best === undefined) return { ...results, rttMs: null, expected: 'poor', advice: 'no-way' };
  const rttMs = best.rttMs === null ? null : Math.round(best.rttMs);
  const delay = best.rttMs ?? 0;
  // Lost packets are sent again on TCP and hold up all that follow: never better than fair.
  const fastest = best === udp ? 'good' : 'fair';
  const expected = delay >= hardRttMs ? 'poor' : delay >= easyRttMs ? 'fair' : fastest;
  const advice =
    best === turn ? 'relay-only' : best === tcp ? 'udp-blocked' : delay >= easyRttMs ? 'far-away' : 'fine';
  return { ...results, rttMs, expected, advice };
}
