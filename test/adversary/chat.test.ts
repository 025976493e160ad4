import { expect } from 'vitest';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { attack } from './attack.ts';
import { type Draft, FalseStream } from './falseStream.ts';
import { agreed, alarmKinds, pause, type Stage } from './stage.ts';

async function cast(stage: Stage) {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  return { chen, wu };
}

attack('chat-tampered', {}, async (stage) => {
  const { chen, wu } = await cast(stage);
  const other = wu.state.self;
  if (!other) throw new Error('no device');
  const stream = new FalseStream(chen);
  stream.rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const { bytes } = entry;
    return [
      { ...entry, bytes: bytes.map((byte, i) => (i === bytes.length - 30 ? byte ^ 4 : byte)) },
      { ...entry, bytes: bytes.slice(0, -1) },
      { ...entry, sender: other },
      entry,
      entry,
    ];
  });
  stage.host.core.sendChat('As it was');
  await chen.until('words', (state) => state.chat.length > 0);
  await pause(300);
  expect(chen.state.chat).toHaveLength(1);
  expect(chen.state.chat[0]).toMatchObject({ text: 'As it was', name: 'Lin', from: stage.host.state.self });
});

/** Nobody is left in the belief that all is well: the victim is told, or has the words. */
async function noticed(chen: Awaited<ReturnType<typeof cast>>['chen']): Promise<void> {
  await chen.until(
    'words or alarm',
    (state) => state.chat.length > 0 || alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale'),
  );
}

attack('chat-withheld', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  const stream = new FalseStream(chen);
  stream.rule((entry) => (entry.kind === 'message' ? [{ ...entry, bytes: randomBytes(300) }] : [entry]));
  stage.host.core.sendChat('For all');
  await wu.until('words', (state) => state.chat.length > 0);
  await noticed(chen);
});

attack('chat-as-own', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  const { self } = chen.state;
  if (!self) throw new Error('no device');
  const stream = new FalseStream(chen);
  stream.rule((entry) => (entry.kind === 'message' ? [{ ...entry, sender: self }] : [entry]));
  stage.host.core.sendChat('For all');
  await wu.until('words', (state) => state.chat.length > 0);
  await noticed(chen);
});

attack('chat-withheld-late', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  let lost = false;
  const stream = new FalseStream(chen);
  stream.rule((entry) => {
    if (entry.kind !== 'message' || lost) return [entry];
    lost = true;
    return [{ ...entry, bytes: randomBytes(300) }];
  });
  // The words and the commit that ends their epoch come at once: no pulse passes between them.
  for (const { tap } of [stage.host, wu]) tap.onRequest('group:relay', async () => ({}));
  stage.host.core.sendChat('For all');
  await wu.until('words', (state) => state.chat.length > 0);
  const zoe = await stage.member('Zoe');
  for (const { tap } of [stage.host, wu])
    tap.onRequest('group:relay', (request, forward) => forward(request));
  await agreed([stage.host, chen, wu, zoe], ['Lin', 'Chen', 'Wu', 'Zoe']);
  await noticed(chen);
});

const fileOf = (name: string) => new File([Uint8Array.from(randomBytes(5_000))], name);

attack('chat-replayed', {}, async (stage) => {
  const { chen } = await cast(stage);
  const { host } = stage;
  const before: Draft[] = [];
  let replaying = false;
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    if (replaying) return [entry, ...before];
    before.push(entry);
    return [entry];
  });
  host.core.sendChat('As it was');
  await host.core.talk.sendFile(fileOf('one.bin'));
  const both = await chen.until(
    'both',
    ({ chat }) => chat.filter(({ state }) => state === 'sent').length === 2,
  );
  const [words, file] = both.chat;
  if (!words || !file) throw new Error('unreachable');
  replaying = true;
  host.core.talk.edit(words.id, 'As it is');
  host.core.talk.unsay(file.id);
  const left = [
    ['As it is', 'edited'],
    ['', 'deleted'],
  ];
  const seen = () => chen.state.chat.slice(0, 2).map(({ text, change }) => [text, change]);
  await chen.until('both changes', () => seen().join() === left.join());
  host.core.sendChat('After');
  await chen.until('after', ({ chat }) => chat.some(({ text }) => text === 'After'));
  await pause(300);
  expect(seen()).toEqual(left);
  expect(chen.state.chat).toHaveLength(3);
  await chen.core.files.download(file.id, null);
  expect(chen.saved.size).toBe(0);
});

attack('chat-reordered', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  const { host } = stage;
  let held: Draft | null = null;
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const first = held;
    held = first ? null : entry;
    return first ? [entry, first] : [];
  });
  await host.core.talk.sendFile(fileOf('one.bin'));
  host.core.sendChat('That was the file');
  await wu.until('both', ({ chat }) => chat.length === 2);
  await chen.until('an alarm', () => alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale'));
});
