import { describe, expect, it } from 'vitest';
import { KeptDatagrams } from '../../../server/signaling/keptDatagrams.ts';
import { deviceKey } from '../../../shared/ids.ts';

const [ann, bob, cho] = ['A', 'B', 'C'].map((letter) => deviceKey.parse(`${letter.repeat(42)}A`));
if (!ann || !bob || !cho) throw new Error('nobody there');
const said = (text: string, sender = ann) => ({ sender, bytes: new TextEncoder().encode(text) });
const texts = (kept: KeptDatagrams, device: typeof ann, now: number) =>
  kept.meantFor(device, now).map(({ bytes }) => new TextDecoder().decode(bytes));

describe('what is kept of relayed datagrams', () => {
  it('is there for those it was meant for, but not for its sender', () => {
    const kept = new KeptDatagrams(1_000, 100);
    kept.keep(said('all'), undefined, 0);
    kept.keep(said('bob'), [bob], 1);
    expect(texts(kept, bob, 2)).toEqual(['all', 'bob']);
    expect(texts(kept, cho, 2)).toEqual(['all']);
    expect(texts(kept, ann, 2)).toEqual([]);
  });

  it('is gone after its time', () => {
    const kept = new KeptDatagrams(1_000, 100);
    kept.keep(said('old'), undefined, 0);
    kept.keep(said('new'), undefined, 500);
    expect(texts(kept, bob, 1_001)).toEqual(['new']);
    expect(texts(kept, bob, 1_501)).toEqual([]);
  });

  it('gives way, the oldest first, where there is too much', () => {
    const kept = new KeptDatagrams(1_000, 6);
    for (const text of ['one', 'two', 'six']) kept.keep(said(text), undefined, 0);
    expect(texts(kept, bob, 0)).toEqual(['two', 'six']);
  });
});
