import { beforeEach, describe, expect, it } from 'vitest';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import type { MeetingEntry, MeetingRules } from '../../../client/meeting/library/entry.ts';
import { Library } from '../../../client/meeting/library/library.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { meetingId } from '../../../shared/ids.ts';
import { presetPolicy } from '../../../shared/roles.ts';

const classroom: MeetingRules = {
  policy: { ...presetPolicy('classroom'), label: null },
  suite: 'x-wing',
  label: 'Class 3B',
};

let store = memoryKeyStore();
let library = new Library(store, () => 5);
beforeEach(() => {
  store = memoryKeyStore();
  library = new Library(store, () => 5);
});

const entryOf = (letter: string, created: number): Omit<MeetingEntry, 'v' | 'changed'> => ({
  meeting: meetingId.parse(`${letter.repeat(21)}A`),
  title: 'Class 3B',
  // 37 bytes in base64url, the first of which is the form of a plain link.
  path: `/m/${letter.repeat(21)}A#${'AQ'.repeat(25)}`,
  role: 'host',
  created,
  sequence: 0,
  ended: false,
  schedule: null,
  series: null,
  passphrase: false,
  rules: classroom,
});

describe('my meetings', () => {
  it('are kept, the newest first, changed and forgotten', async () => {
    const old = await library.keep(entryOf('a', 1));
    const young = await library.keep(entryOf('b', 2));
    expect(await library.meetings()).toEqual({ entries: [young, old], unreadable: [] });
    await library.keep({ ...old, title: 'Class 4A' });
    expect((await library.meeting(old.meeting))?.title).toBe('Class 4A');
    await library.forget(old.meeting);
    expect((await library.meetings()).entries).toEqual([young]);
  });

  it('are read one by one, so that a damaged one takes no other along', async () => {
    const good = await library.keep(entryOf('a', 1));
    const damaged = [
      utf8('not even JSON'),
      utf8('{"v":1}'),
      utf8(JSON.stringify({ ...good, v: 2 })),
      utf8(JSON.stringify({ ...good, path: 'https://elsewhere.example/m/x#y' })),
      utf8(JSON.stringify({ ...good, added: true })),
      new Uint8Array([0xff, 0xfe]),
    ];
    for (const [place, bytes] of damaged.entries()) await store.put(`library:meeting:${place}`, bytes);
    const { entries, unreadable } = await library.meetings();
    expect(entries).toEqual([good]);
    expect([...unreadable].sort()).toEqual(['0', '1', '2', '3', '4', '5']);
    await library.forget('3');
    expect((await library.meetings()).unreadable).toHaveLength(5);
  });

  it('know which of them this device is a host of', async () => {
    const { meeting } = await library.keep(entryOf('a', 1));
    await library.keep(entryOf('b', 1));
    await store.put(`host:${meeting}`, utf8('its keys'));
    expect([...(await library.hosted())]).toEqual([meeting]);
  });

  it('get those that were joined by a link, once, until forgotten; what is known of them stays', async () => {
    const { meeting, path } = entryOf('a', 1);
    await library.noteJoined(meeting, path);
    expect(await library.meeting(meeting)).toMatchObject({ role: 'member', title: '', path, created: 5 });
    const named = await library.keep({ ...entryOf('a', 1), role: 'member', title: 'Parents' });
    await library.noteJoined(meeting, path);
    await library.noteEnded(meeting);
    expect(await library.meeting(meeting)).toEqual({ ...named, ended: true });
    await library.forget(meeting);
    await library.noteEnded(meeting);
    expect((await library.meetings()).entries).toEqual([]);
    await library.keep(entryOf('b', 1));
    await library.noteJoined(entryOf('b', 1).meeting, path.replaceAll('a', 'b'));
    expect(await library.meeting(entryOf('b', 1).meeting)).toMatchObject({ role: 'host' });
  });

  it('keep the newest hundred of those, and all that have a name or are one’s own', async () => {
    let now = 0;
    library = new Library(store, () => ++now);
    const own = await library.keep(entryOf('a', 0));
    const named = await library.keep({ ...entryOf('b', 0), role: 'member' });
    const id = (place: number) => meetingId.parse(`${String(place).padStart(21, '0')}A`);
    for (let place = 0; place < 103; place += 1) {
      await library.noteJoined(id(place), `/m/${id(place)}#${'AQ'.repeat(25)}`);
    }
    const { entries } = await library.meetings();
    expect(entries).toHaveLength(102);
    expect(entries).toContainEqual(own);
    expect(entries).toContainEqual(named);
    expect(entries.some(({ meeting }) => meeting === id(2))).toBe(false);
    expect(entries.some(({ meeting }) => meeting === id(3))).toBe(true);
  });

  it('takes nothing that it could not read again', async () => {
    await expect(library.keep({ ...entryOf('a', 1), path: 'javascript:alert(1)' })).rejects.toThrow();
    expect((await library.meetings()).entries).toEqual([]);
  });
});

describe('presets of one’s own', () => {
  it('are kept with exactly their rules, by name, and replaced under the same id', async () => {
    const second = await library.keepPreset('B', classroom);
    const first = await library.keepPreset('A', classroom);
    expect(await library.presets()).toEqual({ presets: [first, second], unreadable: [] });
    const edited = { ...classroom, policy: { ...classroom.policy, watermark: true } };
    await library.keepPreset('B', edited, second.id);
    expect((await library.presets()).presets.map(({ rules }) => rules)).toEqual([classroom, edited]);
    await library.deletePreset(first.id);
    expect((await library.presets()).presets).toHaveLength(1);
  });

  it('are not shown as something else when they cannot be read', async () => {
    const preset = await library.keepPreset('A', classroom);
    const { lobby: _, ...loosened } = classroom.policy;
    const broken = { ...preset, rules: { ...classroom, policy: loosened } };
    await store.put(`library:preset:${preset.id}`, utf8(JSON.stringify(broken)));
    expect(await library.presets()).toEqual({ presets: [], unreadable: [preset.id] });
  });

  it('need a name', async () => {
    await expect(library.keepPreset('  ', classroom)).rejects.toThrow();
  });
});

describe('the last choice', () => {
  const source = { kind: 'builtin', preset: 'classroom' } as const;

  it('comes back with its whole content', async () => {
    expect(await library.lastChoice()).toEqual({ state: 'none' });
    await library.rememberChoice({ source, rules: classroom });
    expect(await library.lastChoice()).toEqual({ state: 'kept', thing: { v: 1, source, rules: classroom } });
  });

  it.each([
    ['is no JSON', utf8('{')],
    ['lacks a rule', utf8(JSON.stringify({ v: 1, source, rules: { ...classroom, policy: {} } }))],
    [
      'has an unknown right',
      utf8(JSON.stringify({ v: 1, source, rules: classroom }).replace('camera', 'fly')),
    ],
    ['is of another version', utf8(JSON.stringify({ v: 2, source, rules: classroom }))],
  ])('is told apart from none when it %s', async (_name, bytes) => {
    await store.put('library:choice:last', bytes);
    expect(await library.lastChoice()).toEqual({ state: 'unreadable' });
  });

  it('is unreadable, not gone, where the browser cannot open what it kept', async () => {
    await library.rememberChoice({ source, rules: classroom });
    const lost = new Library({ ...store, get: async () => null }, () => 5);
    expect(await lost.lastChoice()).toEqual({ state: 'unreadable' });
  });
});
