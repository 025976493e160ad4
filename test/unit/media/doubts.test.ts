import { describe, expect, it } from 'vitest';
import { Doubts } from '../../../client/media/doubts.ts';
import { ManualTimers } from './fixtures.ts';

function doubting() {
  const timers = new ManualTimers();
  const accused: { closed: boolean }[] = [];
  const doubts = new Doubts<{ closed: boolean }>(timers, (stream) => accused.push(stream));
  return { timers, accused, doubts, stream: { closed: false } };
}

describe('Doubts', () => {
  it('accuse nobody whose signature is merely late', async () => {
    const { timers, accused, doubts, stream } = doubting();
    doubts.note(stream, 'unsigned');
    await timers.advance(19_000);
    doubts.note(stream, 'covered');
    await timers.advance(60_000);
    expect(accused).toEqual([]);
  });

  it('accuse a stream that nobody signs for, once', async () => {
    const { timers, accused, doubts, stream } = doubting();
    doubts.note(stream, 'unsigned');
    await timers.advance(60_000);
    expect(accused).toEqual([stream]);
  });

  it('accuse a forgery at once', () => {
    const { accused, doubts, stream } = doubting();
    doubts.note(stream, 'forged');
    expect(accused).toEqual([stream]);
  });

  it('end with the stream: who left with frames unsigned is not accused after coming back', async () => {
    const { timers, accused, doubts, stream } = doubting();
    doubts.note(stream, 'unsigned');
    await timers.advance(5_000);
    stream.closed = true;
    await timers.advance(60_000);
    expect(accused).toEqual([]);
  });

  it('end when closed', async () => {
    const { timers, accused, doubts, stream } = doubting();
    doubts.note(stream, 'unsigned');
    doubts.close();
    await timers.advance(60_000);
    expect(accused).toEqual([]);
  });
});
