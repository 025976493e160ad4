import { beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { type Testimony, Witness } from '../../../client/meeting/core/witness.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { groupId, recordHash } from '../../../shared/ids.ts';
import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import { device } from '../sframe/fixture.ts';

beforeAll(() => ready());

const id = groupId.parse(toBase64Url(new Uint8Array(16)));
const start = {
  groupId: new Uint8Array(16),
  epoch: 1n,
  head: recordHash.parse(toBase64Url(new Uint8Array(32))),
};

const message = (seq: number, bytes: Uint8Array, sender = device(1)): StreamEntry => ({
  kind: 'message',
  seq,
  sender,
  groupId: id,
  bytes,
});

function witness(...entries: readonly StreamEntry[]): Witness {
  const made = new Witness();
  made.begin(start, 4, 0);
  for (const entry of entries) made.see(entry, entry.seq * 100);
  return made;
}

function said(by: Witness): Testimony {
  const testimony = by.testimony();
  if (!testimony) throw new Error('nothing seen');
  return testimony;
}

const words = [message(5, randomBytes(40)), message(6, randomBytes(40)), message(7, randomBytes(40))];

describe('a witness', () => {
  it('agrees with whoever saw the same, and says since when it has seen more', () => {
    const all = witness(...words);
    expect(all.compare(said(witness(...words)))).toEqual({ kind: 'same', outdatedSince: null });
    expect(all.compare(said(witness(...words.slice(0, 1))))).toEqual({ kind: 'same', outdatedSince: 600 });
    expect(witness(...words.slice(0, 1)).compare(said(all))).toEqual({ kind: 'ahead' });
  });

  it('sees every difference: content, author, kind, place, order, what is missing', () => {
    const [first, second, third] = words as [StreamEntry, StreamEntry, StreamEntry];
    const honest = said(witness(...words));
    const signed = { bytes: randomBytes(20), signature: randomBytes(64) };
    const lies: StreamEntry[][] = [
      [first, second, message(7, randomBytes(40))],
      [first, second, { ...third, sender: device(2) } as StreamEntry],
      [first, second, { kind: 'gone', seq: 7, device: device(1) }],
      [first, second, { kind: 'record', seq: 7, record: signed }],
      [{ ...second, seq: 5 }, { ...first, seq: 6 }, third],
      [second, third],
      [first, { ...third, seq: 7 }],
    ];
    for (const lie of lies) expect(witness(...lie).compare(honest).kind).toBe('different');
  });

  it('sees another group, epoch or chain behind the same numbers', () => {
    const honest = said(witness(...words));
    for (const change of [
      { groupId: randomBytes(16) },
      { epoch: 2n },
      { head: recordHash.parse(toBase64Url(randomBytes(32))) },
    ]) {
      const other = new Witness();
      other.begin({ ...start, ...change }, 4, 0);
      for (const entry of words) other.see(entry, 0);
      expect(other.compare(honest)).toEqual({ kind: 'different' });
    }
  });

  it('does not forget at the end of an epoch what only one of two saw', () => {
    const commit: StreamEntry = {
      kind: 'commit',
      seq: 8,
      sender: device(1),
      groupId: id,
      epoch: 1,
      commit: randomBytes(90),
    };
    const [first, second] = words as [StreamEntry, StreamEntry, StreamEntry];
    const honest = witness(...words, commit);
    const lied = witness(first, second, message(7, randomBytes(40)), commit);
    const joined = new Witness();
    for (const each of [honest, lied, joined]) each.begin({ ...start, epoch: 2n }, 8, 900);
    expect(lied.compare(said(honest))).toEqual({ kind: 'different' });
    expect(honest.compare(said(lied))).toEqual({ kind: 'different' });
    expect(joined.compare(said(honest)).kind).toBe('same');
    expect(honest.compare(said(joined)).kind).toBe('same');
  });

  it('judges nothing it has forgotten or never saw', () => {
    const empty = new Witness();
    expect(empty.testimony()).toBeNull();
    expect(empty.compare(said(witness(...words)))).toEqual({ kind: 'unknown' });
    const long = witness(...Array.from({ length: 2_000 }, (_, i) => message(5 + i, Uint8Array.of(i & 255))));
    expect(long.compare(said(witness(...words)))).toEqual({ kind: 'unknown' });
    const left = witness(...words);
    left.forget();
    expect(left.testimony()).toBeNull();
  });
});
