import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audioBuckets } from '../../client/e2ee/frames/padding.ts';
import { deviceIdentity } from '../../client/e2ee/identity/device.ts';
import { meetingKey } from '../../client/e2ee/link/access.ts';
import { encodeFragment, parseLink } from '../../client/e2ee/link/link.ts';
import { loadHostSecrets } from '../../client/e2ee/records/hostSecrets.ts';
import { baseKeyOf, type Captured, decryptFrame, readCaptured } from '../adversary/independentSFrame.ts';
import { Insider } from '../adversary/insider.ts';
import { enter, foundByBot } from '../bots/bot.ts';
import { likeness, SOUND_SENDERS } from '../support/clip/sound.ts';
import { useCompany } from '../support/company.ts';
import { copyKeyStore } from '../support/pageKeyStore.ts';
import { letIn, type Person } from '../support/person.ts';
import { findInMemory } from '../support/processMemory.ts';
import { Search } from '../support/search.ts';
import { PUBLIC_URL } from '../support/server.ts';
import { startServerApart } from '../support/serverApart.ts';
import { pause, until } from '../support/until.ts';
import { Wire } from '../support/wire.ts';

/**
 * Three people in browsers with picture and sound, everything an operator could keep of it, and a fourth member
 * without a browser, who hands the test the secrets of the group.
 */

const NOTE = 'Planted knock message 敲門';
const WORDS = [
  'Planted chat of Lin 你好',
  'Planted answer of Quokkavale',
  'Planted words of Bumbershoot',
] as const;

interface Opened {
  readonly captured: Captured;
  readonly frame: Buffer;
}

interface Stream {
  readonly mimeType: string;
  readonly all: readonly Captured[];
  /** Every frame of the newest epoch, opened with that epoch's secret. */
  readonly opened: readonly Opened[];
}

const company = useCompany(startServerApart);
const schedules = new Map<number, Insider['mls']['keySchedule']>();
let wire: Wire;
let ann: Person;
let bob: Person;
let cho: Person;
let wu: Insider;
let link: string;
let code: string;
let earlierKey: Uint8Array;
let epochs: readonly [before: number, last: number];
let streams: readonly Stream[];
let closeWu: () => void = () => undefined;

/** The member's secrets of the epoch that everyone is in now. */
async function epochNow(): Promise<number> {
  const epoch = await ann.epoch();
  await until(
    () => Number(wu.mls.groupContext.epoch),
    (own) => own === epoch,
    'the member without a browser is in step',
  );
  schedules.set(epoch, { ...wu.mls.keySchedule });
  return epoch;
}

function exported(epoch: number): Buffer {
  return baseKeyOf(schedules.get(epoch)?.exporterSecret ?? Buffer.alloc(0));
}

beforeAll(async () => {
  const { server } = company;
  const counts = () => server.counts();
  wire = await Wire.open(() => server.port);
  const origin = `http://127.0.0.1:${wire.port}`;
  const earlier = await foundByBot(origin, 'moderated');
  await enter(earlier.host, 'Lin Zylophant');
  earlierKey =
    earlier.host.frameMessages.flatMap((each) => (each.type === 'epoch' ? [each.baseKey] : []))[0] ?? NONE;
  earlier.host.close();

  [ann, bob, cho] = await company.arrive('Lin Zylophant 林', 'Chen Quokkavale', 'Wandergard');
  link = await ann.startMeeting();
  await letIn(ann, bob, link);
  const entrance = {
    link: parseLink(link),
    site: { origin },
    onClose: (task: () => void) => {
      closeWu = task;
    },
    admit: (name: string) => ann.admit(name),
  };
  wu = await Insider.inside(entrance, 'Wu Bumbershoot');
  const before = await epochNow();
  await pause(1_500);
  await letIn(ann, cho, link, NOTE);
  await until(counts, (found) => found.length === 6, 'six streams');
  const base = await counts();
  await cho.watch();
  await cho.sees(ann, bob);
  epochs = [before, await epochNow()];
  await ann.say(WORDS[0]);
  await bob.say(WORDS[1]);
  await wu.say({ type: 'chat', id: 'planted-id-of-wu', text: WORDS[2], at: 1 });
  await until(
    () => cho.messages(),
    (texts) => WORDS.every((words) => texts.includes(words)),
    'everyone reads everything',
  );
  await until(
    counts,
    (now) => now.every(({ mimeType, packets }, i) => packets - (base[i]?.packets ?? 0) > wantedOf(mimeType)),
    'enough media passed',
    60_000,
  );
  code = await ann.safetyCode();
  expect(await ann.epoch()).toBe(epochs[1]);
  streams = [];
  for (const { mimeType, frames } of await server.streams()) {
    const all = frames().map((frame) => readCaptured(mimeType, frame));
    const opened: Opened[] = [];
    for (const captured of all.filter(({ epoch }) => epoch === epochs[1] % 256)) {
      const { sealed, metadata } = captured;
      opened.push({ captured, frame: inside(mimeType, decryptFrame(exported(epochs[1]), sealed, metadata)) });
      // It takes many seconds, and the member without a browser has pings to answer meanwhile.
      await setImmediate();
    }
    streams = [...streams, { mimeType, all, opened }];
  }
});

afterAll(async () => {
  closeWu();
  await wire?.close();
});

const NONE = new Uint8Array();
/** Frames of 20 ms: more than one period of a person's sound. */
const AUDIO_FRAMES = 300;

function wantedOf(mimeType: string): number {
  return mimeType === 'audio/opus' ? AUDIO_FRAMES + 20 : 60;
}

/** Audio is padded: a length of two bytes stands in front. */
function inside(mimeType: string, plaintext: Buffer): Buffer {
  return mimeType === 'audio/opus' ? plaintext.subarray(2, 2 + plaintext.readUInt16BE(0)) : plaintext;
}

it('knows no name, word, link secret, seed or key, and no frame: not on the wire, in memory, on disk or in the log', async () => {
  const { server, everyone } = company;
  const secrets = await plantedSecrets();
  expect(secrets.names.size).toBeGreaterThan(50);
  // What the server does know, so that the search is known to find what is there.
  const known = new Search();
  const marker = randomBytes(32);
  await wu.signaling.request('group:send', { groupId: wu.groupId, bytes: marker });
  await pause(300);
  known.addBytes('marker', marker);
  known.addText('device', wu.identity.key);
  known.addText('meeting', wu.link.meeting);
  known.addBytes('frame', streams[0]?.opened[0]?.captured.body.subarray(0, 48) ?? NONE);

  const wires = [wire, ...everyone.map(({ browser }) => browser.wire)].flatMap((each) => [
    ...each.toServer(),
    ...each.toBrowser(),
  ]);
  const media = (await server.streams()).flatMap(({ packets }) => packets.map(({ whole }) => whole));
  const heap = await server.heapSnapshot();
  const places: Record<string, readonly [bytes: Buffer, known: string[]]> = {
    'the wire': [Buffer.concat(wires), ['marker (raw)', 'device (utf-8)', 'meeting (utf-8)']],
    'the media': [Buffer.concat(media), ['frame (raw)']],
    'the heap': [heap, ['device (utf-8)', 'meeting (utf-8)']],
    'the database': [Buffer.concat(await server.data()), ['device (utf-8)', 'meeting (utf-8)']],
    'the log': [Buffer.from(server.logs()), []],
  };
  for (const [place, [bytes, controls]] of Object.entries(places)) {
    expect(secrets.in(bytes), place).toEqual([]);
    if (controls.length > 0) expect(known.in(bytes), place).toEqual(expect.arrayContaining(controls));
  }
  // Nor does the log tie lines to a meeting or a device that can be named.
  expect(server.logs()).toContain('socket connected');
  expect(known.in(Buffer.from(server.logs()))).toEqual([]);

  // A heap snapshot leaves out what buffers hold; on Linux all memory of server and media workers is read as well.
  if (process.platform === 'linux') {
    const [controls, found] = findInMemory(server.pid, [known, secrets]);
    expect(controls).toEqual(expect.arrayContaining(['marker (raw)', 'device (utf-8)', 'frame (raw)']));
    expect(found).toEqual([]);
  }
});

async function plantedSecrets(): Promise<Search> {
  const secrets = new Search();
  const parsed = parseLink(link);
  for (const [name, text] of Object.entries({
    'name of Ann': 'Zylophant',
    'name of Bob': 'Quokkavale',
    'name of Cho': 'Wandergard',
    'name of Wu': 'Bumbershoot',
    'knock message': NOTE,
    'chat id': 'planted-id-of-wu',
    'link fragment': encodeFragment(parsed),
    'safety code': code,
  })) {
    secrets.addText(name, text);
  }
  for (const words of WORDS) secrets.addText(words, words);
  secrets.addBytes('link secret', parsed.secret);
  secrets.addBytes('meeting secret', wu.access.secret);
  for (const purpose of ['psk', 'return-knock', 'label'] as const) {
    secrets.addBytes(`meeting key ${purpose}`, meetingKey(wu.access, purpose));
  }
  const host = await loadHostSecrets(await copyKeyStore(ann.page), parsed.meeting);
  if (!host) throw new Error('no host secrets');
  secrets.addBytes('host seed', host.hostSeed);
  secrets.addBytes('lobby seed', host.lobbySeed);
  const seeds = await Promise.all(
    company.everyone.map(async ({ page }) => (await copyKeyStore(page)).get('device-seed')),
  );
  for (const [i, seed] of [...seeds, wu.seed].entries()) {
    if (!seed) throw new Error('no seed');
    const identity = deviceIdentity(seed, parsed.meeting);
    secrets.addBytes(`device seed ${i}`, seed);
    secrets.addBytes(`lasting key ${i}`, identity.lasting.publicKey);
    secrets.addBytes(`lasting private key ${i}`, identity.lasting.privateKey.slice(0, 32));
    secrets.addBytes(`meeting private key ${i}`, identity.meeting.privateKey.slice(0, 32));
  }
  for (const [epoch, schedule] of schedules) {
    secrets.addBytes(`base key of epoch ${epoch}`, exported(epoch));
    for (const [name, secret] of Object.entries(schedule))
      secrets.addBytes(`MLS ${name} of ${epoch}`, secret);
  }
  for (const [node, key] of Object.entries(wu.mls.privatePath.privateKeys)) {
    secrets.addBytes(`MLS private key of node ${node}`, key);
  }
  // Pictures and sound themselves.
  for (const [i, { opened }] of streams.entries()) {
    const longest = opened
      .map(({ frame }) => frame)
      .reduce((one, other) => (other.length > one.length ? other : one));
    secrets.addBytes(`frame of stream ${i}`, longest.subarray(8, 56));
  }
  return secrets;
}

it('opens with the exported secret of its epoch, independently, to the pictures and the sound of each person', async () => {
  // The meeting is over: the decoders have the machine to themselves.
  for (const person of [bob, cho]) await person.close();
  await ann.page.goto(PUBLIC_URL);
  const senders = new Map<number, Set<number>>();
  for (const { mimeType, opened } of streams) {
    expect(opened.length, mimeType).toBeGreaterThan(50);
    const leaves = new Set(opened.map(({ captured }) => captured.leaf));
    expect(leaves.size).toBe(1);
    const [leaf] = leaves;
    if (leaf === undefined) throw new Error('no leaf');
    const sender = mimeType === 'audio/opus' ? await speakerIn(opened) : await pictureIn(mimeType, opened);
    senders.set(leaf, (senders.get(leaf) ?? new Set()).add(sender));
  }
  // Three leaves, and each one's microphone and camera are the same person's.
  expect([...senders.values()].map((each) => [...each]).sort()).toEqual([[0], [1], [2]]);
});

async function pictureIn(mimeType: string, opened: readonly Opened[]): Promise<number> {
  if (mimeType !== 'video/VP9' && mimeType !== 'video/VP8') throw new Error(mimeType);
  const isKey = ({ frame }: Opened) => ((frame[0] ?? 0xff) & (mimeType === 'video/VP9' ? 0x04 : 0x01)) === 0;
  const from = opened.findIndex(isKey);
  const frames = opened.slice(from, from + 60).map(({ frame }) => frame.toString('base64'));
  const seen = await ann.page.evaluate(([codec, texts]) => window.codecs.decodeVideo(codec, texts), [
    mimeType,
    frames,
  ] as const);
  expect(seen.failures).toBe(0);
  expect(new Set(seen.marks.map(({ counter }) => counter)).size).toBeGreaterThan(10);
  const [sender, ...others] = new Set(seen.marks.map((mark) => mark.sender));
  expect(others).toEqual([]);
  return sender ?? -1;
}

async function speakerIn(opened: readonly Opened[]): Promise<number> {
  const frames = opened.slice(0, AUDIO_FRAMES).map(({ frame }) => frame.toString('base64'));
  const heard = await ann.page.evaluate((texts) => window.codecs.decodeAudio(texts), frames);
  const scores = Array.from({ length: SOUND_SENDERS }, (_, sender) =>
    Math.max(...likeness(sender, Float32Array.from(heard), 48_000)),
  );
  const speakers = scores.flatMap((score, sender) => (score > 0.7 ? [sender] : []));
  expect(speakers, String(scores)).toHaveLength(1);
  return speakers[0] ?? -1;
}

it('opens with no other secret, under no other label, and not once a byte was changed', async () => {
  const [before, last] = epochs;
  const { meeting, ...secrets } = parseLink(link);
  const schedule = Object.entries(schedules.get(last) ?? {}).filter(
    ([, value]) => value instanceof Uint8Array,
  );
  expect(schedule.length).toBeGreaterThan(5);
  const wrong = [
    exported(before),
    earlierKey,
    new Uint8Array(32),
    secrets.secret,
    meetingKey(wu.access, 'psk'),
    Buffer.from(code),
    Buffer.from(code.slice(0, 32)),
    ...schedule.flatMap(([name, value]) => (name === 'exporterSecret' ? [value] : [value, baseKeyOf(value)])),
    randomBytes(32),
  ];
  expect(wrong.every((key) => key.length > 0)).toBe(true);
  const right = exported(last);
  for (const { mimeType, all, opened } of streams) {
    const [{ captured } = { captured: undefined }] = opened;
    if (!captured) throw new Error('nothing was opened');
    const { sealed, metadata } = captured;
    for (const key of wrong) expect(() => decryptFrame(key, sealed, metadata)).toThrow();
    expect(() => decryptFrame(right, sealed, Buffer.of(1, 1))).toThrow();
    for (const at of [0, 1, sealed.length >> 1, sealed.length - 1]) {
      const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(() => decryptFrame(right, changed, metadata), `byte ${at}`).toThrow();
    }
    // The epoch before has its own, which in turn opens nothing of this one.
    const earlier = all.filter(({ epoch }) => epoch === before % 256);
    for (const each of earlier) {
      decryptFrame(exported(before), each.sealed, each.metadata);
      expect(() => decryptFrame(right, each.sealed, each.metadata), mimeType).toThrow();
    }
  }
  const earlier = streams.map(({ all }) => all.filter(({ epoch }) => epoch === before % 256).length);
  expect(earlier.filter((count) => count > 10)).toHaveLength(4);
});

it('sees nothing of the voice in the sizes of audio', () => {
  for (const { opened } of streams.filter(({ mimeType }) => mimeType === 'audio/opus')) {
    const spoken = opened.map(({ frame }) => frame.length);
    const sizes = opened.map(({ captured }) => captured.body.length - TAG_BYTES);
    // The sound has pauses and chirps, and the encoder spends bytes on it as it needs them.
    expect(Math.max(...spoken)).toBeGreaterThan(1.5 * Math.min(...spoken));
    expect(new Set(spoken).size).toBeGreaterThan(10);
    for (const size of sizes) expect(audioBuckets).toContain(size);
    // A frame too large for the first size is a rare exception.
    expect(sizes.filter((size) => size === audioBuckets[0]).length / sizes.length).toBeGreaterThan(0.99);
  }
});

const TAG_BYTES = 16;
