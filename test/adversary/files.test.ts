import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CHUNK_BYTES, CHUNK_OVERHEAD, HEADER_BYTES } from '../../client/e2ee/attachments/format.ts';
import type { Content } from '../../client/e2ee/content.ts';
import type { ChatMessageView } from '../../client/meeting/chatView.ts';
import { concat, toBase64Url } from '../../shared/bytes.ts';
import { blobId } from '../../shared/ids.ts';
import { attack } from './attack.ts';
import { Insider } from './insider.ts';
import { type Actor, agreed, pause, type Stage } from './stage.ts';

const SIZE = 4 * CHUNK_BYTES - 100;
const UNIT = CHUNK_BYTES + CHUNK_OVERHEAD;

const fileOf = (bytes: Uint8Array, name: string) => new File([Uint8Array.from(bytes)], name);

/** The message of a file, once it is there. */
async function heard(actor: Actor, name: string): Promise<ChatMessageView> {
  const fits = ({ file, state }: ChatMessageView) => file?.name === name && state === 'sent';
  const { chat } = await actor.until(name, (state) => state.chat.some(fits));
  const message = chat.find(fits);
  if (!message) throw new Error('unreachable');
  return message;
}

/** How a download ended. */
async function fetched(actor: Actor, id: string): Promise<string> {
  await actor.core.files.download(id, null);
  const last = actor.state.transfers.find((transfer) => transfer.id === id);
  return last?.state === 'failed' ? String(last.error) : (last?.state ?? 'none');
}

/** The host has sent two files of one size; the server holds both. */
async function twoFiles(stage: Stage) {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const folder = stage.site.blobFolder;
  const send = async (name: string) => {
    const before = await readdir(folder);
    const bytes = randomBytes(SIZE);
    await stage.host.core.talk.sendFile(fileOf(bytes, name));
    const [id] = (await readdir(folder)).filter((each) => !before.includes(each));
    if (!id) throw new Error('nothing on the server');
    return { bytes, path: join(folder, id), message: await heard(chen, name) };
  };
  return { chen, one: await send('one.bin'), two: await send('two.bin') };
}

attack('file-tampered', { rate: 8 }, async (stage) => {
  const { chen, one, two } = await twoFiles(stage);
  const sealed = await readFile(one.path);
  const other = await readFile(two.path);
  const header = sealed.subarray(0, HEADER_BYTES);
  const chunk = (from: Uint8Array, i: number) =>
    from.subarray(HEADER_BYTES + i * UNIT, HEADER_BYTES + (i + 1) * UNIT);
  const of = (...chunks: Uint8Array[]) => concat(header, ...chunks);
  const flipped = (at: number) => sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => chunk(sealed, i));
  if (!a || !b || !c || !d) throw new Error('too few chunks');
  const attempts: [string, Uint8Array][] = [
    ['the header', flipped(3)],
    ['a byte in the first chunk', flipped(HEADER_BYTES + 50)],
    ['a byte in the middle', flipped(HEADER_BYTES + UNIT + 5)],
    ['the last byte', flipped(sealed.length - 1)],
    ['chunks reordered', of(a, c, b, d)],
    ['a chunk repeated', of(a, b, b, d)],
    ['a chunk of another file', of(a, chunk(other, 1), c, d)],
    ['another file', other],
    ['noise', randomBytes(sealed.length)],
  ];
  for (const [what, bytes] of attempts) {
    await writeFile(one.path, bytes);
    expect(await fetched(chen, one.message.id), what).toMatch(/^(tampered|wrong-key)$/);
    expect(chen.saved.size, what).toBe(0);
  }
  for (const length of [0, HEADER_BYTES, HEADER_BYTES + UNIT, sealed.length - 1]) {
    await writeFile(one.path, sealed.subarray(0, length));
    expect(await fetched(chen, one.message.id), `cut at ${length}`).toBe('truncated');
  }
  expect(chen.saved.size).toBe(0);
  await writeFile(one.path, sealed);
  expect(await fetched(chen, one.message.id)).toBe('done');
  expect(Buffer.compare(chen.saved.get('one.bin') ?? new Uint8Array(), one.bytes)).toBe(0);
});

attack('file-withheld', { rate: 8 }, async (stage) => {
  const { chen, one, two } = await twoFiles(stage);
  const { tap } = chen;
  const stop = tap.onRequest('blob:open', async (request, forward) => {
    const answer = await forward(request);
    return { ...answer, size: answer.size - 1 };
  });
  expect(await fetched(chen, one.message.id)).toBe('tampered');
  stop();
  // The server gives out a token for another file.
  const swap = tap.onRequest('blob:open', (request, forward) =>
    forward({ ...request, blob: idAt(two.path) }),
  );
  expect(await fetched(chen, one.message.id)).toBe('forbidden');
  swap();
  await stage.host.core.signaling.request('blob:delete', { blob: idAt(one.path) });
  expect(await fetched(chen, one.message.id)).toBe('no-file');
  expect(chen.saved.size).toBe(0);
});

const idAt = (path: string) => blobId.parse(path.split('/').at(-1));

attack('file-forged', { preset: 'classroom' }, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await stage.host.core.talk.sendFile(fileOf(randomBytes(SIZE), 'one.bin'));
  const real = await heard(chen, 'one.bin');
  const reference = {
    name: 'one.bin',
    mime: 'application/pdf',
    size: SIZE,
    blob: blobId.parse((await readdir(stage.site.blobFolder))[0]),
    key: toBase64Url(randomBytes(32)),
    digest: toBase64Url(randomBytes(32)),
    preview: null,
  };
  // Out of turn: a role without files. And under the id of the host's message.
  await mallory.say({ type: 'file', id: 'own', at: 1, file: reference });
  await mallory.say({ type: 'file', id: real.id.split(':')[1] ?? '', at: 1, file: reference });
  for (const name of ['..', 'a/b', 'a\\b', 'x\u202Efdp.exe', '\u0000']) {
    await mallory.say(
      new TextEncoder().encode(
        JSON.stringify({ type: 'file', id: name, at: 1, file: { ...reference, name } }),
      ),
    );
  }
  // The server refuses it a place as well.
  await expect(mallory.signaling.request('blob:create', { size: 100 })).rejects.toMatchObject({
    code: 'forbidden',
  });
  stage.host.core.sendChat('After');
  await chen.until('words', ({ chat }) => chat.some(({ text }) => text === 'After'));
  expect(chen.state.chat.filter(({ file }) => file)).toEqual([real]);
  expect(await fetched(chen, real.id)).toBe('done');
});

attack('chat-edit-forged', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  const { host } = stage;
  await agreed([host, chen], ['Lin', 'Chen', 'Mallory']);
  host.core.sendChat('As it was');
  host.core.sendChat('Aside', { kind: 'person', device: chen.state.self ?? mallory.identity.key });
  const { chat } = await chen.until('words', (state) => state.chat.length === 2);
  const ids = chat.map(({ id }) => id.split(':')[1] ?? '');
  for (const id of ids) {
    await mallory.say({ type: 'edit', id, text: 'As Mallory wants it' });
    await mallory.say({ type: 'unsay', id });
    await mallory.say({ type: 'chat', id, text: 'In its place', at: 1 });
  }
  // The author itself cannot change aside what was said to all, nor before all what was said aside.
  const own = chat[0];
  host.core.sendChat('After');
  await chen.until('words', (state) => state.chat.some(({ text }) => text === 'After'));
  await pause(200);
  const shown = chen.state.chat.filter(({ name }) => name === 'Lin').map(({ text }) => text);
  expect(shown).toEqual(['As it was', 'Aside', 'After']);
  expect(chen.state.chat.find(({ id }) => id === own?.id)?.change).toBe('none');
  const mallorys = chen.state.chat.filter(({ name }) => name === 'Mallory').map(({ text }) => text);
  expect(mallorys).toEqual(['In its place', 'In its place']);
});

attack('chat-aside-replayed', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  const { host } = stage;
  await agreed([host, chen], ['Lin', 'Chen', 'Mallory']);
  host.core.sendChat('Only for you', { kind: 'person', device: chen.state.self ?? mallory.identity.key });
  await chen.until('words', ({ chat }) => chat.length === 1);
  const heard: Content[] = [];
  await expect.poll(async () => heard.push(...(await mallory.overhear()))).toBeGreaterThan(0);
  const overheard = heard.find(({ type }) => type === 'aside');
  if (overheard?.type !== 'aside') throw new Error('not overheard');
  // All that Mallory has is the sealed form; shown again as its own, it opens nowhere.
  expect(JSON.stringify(heard)).not.toContain('Only for you');
  await mallory.say(overheard);
  host.core.sendChat('After');
  await chen.until('words', ({ chat }) => chat.some(({ text }) => text === 'After'));
  expect(chen.state.chat.map(({ text, name }) => `${name}: ${text}`)).toEqual([
    'Lin: Only for you',
    'Lin: After',
  ]);
});
