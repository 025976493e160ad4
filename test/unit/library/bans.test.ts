import { beforeEach, describe, expect, it } from 'vitest';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { SeriesBans } from '../../../client/meeting/library/bans.ts';
import { type MeetingEntry, seriesId } from '../../../client/meeting/library/entry.ts';
import { Library } from '../../../client/meeting/library/library.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { deviceKey, meetingId } from '../../../shared/ids.ts';

const first = meetingId.parse(`${'a'.repeat(21)}A`);
const second = meetingId.parse(`${'b'.repeat(21)}A`);
const other = meetingId.parse(`${'c'.repeat(21)}A`);
const key = (letter: string) => deviceKey.parse(`${letter.repeat(42)}A`);
const card = { lasting: key('L'), name: 'Noor', signature: 'not looked at here' };

let store = memoryKeyStore();
async function keep(meeting: MeetingEntry['meeting'], change: Partial<MeetingEntry> = {}): Promise<void> {
  await new Library(store, () => 1).keep({
    meeting,
    title: '',
    path: `/m/${meeting}#${'B'.repeat(50)}`,
    role: 'host',
    created: 1,
    sequence: 0,
    ended: false,
    schedule: null,
    series: null,
    passphrase: false,
    rules: null,
    ...change,
  });
}

beforeEach(async () => {
  store = memoryKeyStore();
  await keep(first);
  await keep(second, { series: seriesId.parse(first) });
  await keep(other);
  const bans = await SeriesBans.open(store, first);
  bans.seen(key('D'), card);
  await bans.add([key('D'), key('E')], 7);
});

describe('bans of a series', () => {
  it('hold in its other meetings, where the same device has another key', async () => {
    const later = await SeriesBans.open(store, second);
    expect(later.has(card.lasting)).toBe(true);
    expect(later.has(key('M'))).toBe(false);
    expect(later.hasName('ＮＯＯＲ ')).toBe(true);
    expect(later.hasName('Nora')).toBe(false);
  });

  it('do not hold in a meeting of no series with it', async () => {
    expect((await SeriesBans.open(store, other)).has(card.lasting)).toBe(false);
  });

  it('are lifted for the series where they are lifted in one meeting', async () => {
    const later = await SeriesBans.open(store, second);
    later.seen(key('F'), card);
    await later.lift([key('F')]);
    expect((await SeriesBans.open(store, first)).has(card.lasting)).toBe(false);
  });

  it('are kept by the founder’s device alone', async () => {
    await keep(other, { role: 'member' });
    for (const meeting of [other, meetingId.parse(`${'d'.repeat(21)}A`)]) {
      const bans = await SeriesBans.open(store, meeting);
      bans.seen(key('D'), card);
      await bans.add([key('D')], 7);
    }
    expect(await store.list('library:bans:')).toEqual([`library:bans:${first}`]);
  });

  it('that cannot be read keep nobody out of the meeting, and stop no new ones', async () => {
    await store.put(`library:bans:${first}`, utf8('{'));
    const bans = await SeriesBans.open(store, first);
    expect(bans.has(card.lasting)).toBe(false);
    bans.seen(key('D'), card);
    await bans.add([key('D')], 8);
    expect((await SeriesBans.open(store, second)).has(card.lasting)).toBe(true);
  });
});
