import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mlsExporter } from 'ts-mls';
import { expect } from 'vitest';
import { deviceIdentity, newDeviceSeed } from '../../client/e2ee/identity/device.ts';
import { encodeFragment } from '../../client/e2ee/link/link.ts';
import { linkKey } from '../../client/e2ee/link/linkKeys.ts';
import { loadHostSecrets } from '../../client/e2ee/records/hostSecrets.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { toBase64Url, toHex } from '../../shared/bytes.ts';
import { ManualClock, Party } from '../unit/sframe/fixture.ts';
import { attack, declare } from './attack.ts';
import { baseKeyOf, decryptFrame } from './independentSFrame.ts';
import { Insider } from './insider.ts';
import { Search } from './search.ts';
import { agreed, keysOf, pause, Stage } from './stage.ts';
import { tapWire } from './wiretap.ts';

/** What is found in the whole memory of a child process. */
function memoryOf(pid: number, search: Search): string[] {
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (!range?.[1] || !range[2]) continue;
      const start = BigInt(`0x${range[1]}`);
      const size = Number(BigInt(`0x${range[2]}`) - start);
      for (const name of searchRegion(memory, start, size, search)) found.add(name);
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

function searchRegion(memory: number, start: bigint, size: number, search: Search): string[] {
  const found: string[] = [];
  const chunk = Buffer.alloc(Math.min(size, 8 * 1024 * 1024));
  // Chunks overlap by more than the longest spelling.
  for (let at = 0; at < size; at += chunk.length - 8_192) {
    let read = 0;
    try {
      read = readSync(memory, chunk, 0, Math.min(chunk.length, size - at), start + BigInt(at));
    } catch {
      // Reserved and not backed by anything.
      return found;
    }
    found.push(...search.in(chunk.subarray(0, read)));
    if (at + chunk.length >= size) break;
  }
  return found;
}

async function message<Value>(child: ReturnType<typeof fork>): Promise<Value> {
  const [value] = await once(child, 'message');
  // What serverProcess.ts sends.
  return value as Value;
}

declare('capture-secrets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-capture-'));
  const database = join(folder, 'sealroom.sqlite');
  const program = fileURLToPath(new URL('serverProcess.ts', import.meta.url));
  const child = fork(program, [database], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {},
  });
  const log: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => log.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => log.push(bytes));
  const exited = once(child, 'exit');
  const secrets = new Search();
  const known = new Search();
  let stage: Stage | null = null;
  let wire: Awaited<ReturnType<typeof tapWire>> | null = null;
  try {
    const { origin } = await message<{ origin: string }>(child);
    wire = await tapWire(origin);
    stage = await Stage.at(wire.origin, 'moderated', 'Lin Zylophant 林');
    const { host, link } = stage;

    const chen = await stage.actor();
    await chen.until('at the door', (state) => state.phase.name === 'prejoin');
    chen.core.join('Chen Quokkavale', 'Planted knock message 敲門');
    await stage.admit('Chen Quokkavale');
    await chen.until('inside', (state) => state.phase.name === 'meeting');
    const wu = await Insider.inside(stage, 'Wu Bumbershoot');
    await agreed([host, chen], ['Lin Zylophant 林', 'Chen Quokkavale', 'Wu Bumbershoot']);
    await wu.inStep(host);
    const lateral = { ...wu.mls.keySchedule };
    host.core.sendChat('Planted chat of the host 你好');
    await chen.until('chat', (state) => state.chat.length === 1);
    chen.core.sendChat('Planted answer of Chen');
    chen.core.people.rename('Chen Renamedfellow');
    chen.core.people.setHand(true);
    await host.until('all of it', (state) => state.chat.length === 2);
    await wu.say({ type: 'chat', id: 'planted-id-of-wu', text: 'Planted words of Wu', at: 1 });
    await host.until('all of it', (state) => state.chat.length === 3);
    await pause(2_500);

    // What the server knows, so that the search is known to find what is there.
    const marker = randomBytes(32);
    known.addBytes('marker', marker);
    await wu.signaling.request('group:send', { groupId: wu.groupId, bytes: marker });
    known.addText('device', wu.identity.key);
    const stored = new Search();
    stored.addText('lobby key', wu.chain.lobbyKey.slice(0, 40));

    for (const [name, text] of Object.entries({
      'name of Lin': 'Zylophant',
      'name of Chen': 'Quokkavale',
      'name of Wu': 'Bumbershoot',
      'new name': 'Renamedfellow',
      'knock message': 'Planted knock message 敲門',
      'chat of Lin': 'Planted chat of the host 你好',
      'chat of Chen': 'Planted answer of Chen',
      'chat of Wu': 'Planted words of Wu',
      'chat id': 'planted-id-of-wu',
      'link fragment': encodeFragment(link),
      'safety code': host.state.seal.code,
    })) {
      secrets.addText(name, text);
    }
    secrets.addBytes('link secret', link.secret);
    for (const purpose of ['psk', 'knock-mac', 'return-knock'] as const) {
      secrets.addBytes(`link key ${purpose}`, linkKey(link, purpose));
    }
    const hostSecrets = await loadHostSecrets(host.keyStore, link.meeting);
    if (!hostSecrets) throw new Error('no host secrets');
    secrets.addBytes('host seed', hostSecrets.hostSeed);
    secrets.addBytes('lobby seed', hostSecrets.lobbySeed);
    const seeds = await Promise.all([host, chen].map(({ keyStore }) => keyStore.get('device-seed')));
    for (const [i, seed] of [...seeds, wu.seed].entries()) {
      if (!seed) throw new Error('no seed');
      const identity = deviceIdentity(seed, link.meeting);
      secrets.addBytes(`device seed ${i}`, seed);
      secrets.addBytes(`lasting key ${i}`, identity.lasting.publicKey);
      secrets.addBytes(`lasting private key ${i}`, identity.lasting.privateKey.slice(0, 32));
      secrets.addBytes(`meeting private key ${i}`, identity.meeting.privateKey.slice(0, 32));
    }
    for (const actor of [host, chen]) {
      for (const { epoch, baseKey } of keysOf(actor)) secrets.addBytes(`base key of epoch ${epoch}`, baseKey);
    }
    for (const [name, secret] of Object.entries({ ...lateral })) secrets.addBytes(`MLS ${name}`, secret);
    for (const [node, key] of Object.entries(wu.mls.privatePath.privateKeys)) {
      secrets.addBytes(`MLS private key of node ${node}`, key);
    }
    expect(secrets.names.size).toBeGreaterThan(40);
    expect(keysOf(host).length).toBeGreaterThan(2);

    child.send({ snapshot: join(folder, 'server.heapsnapshot') });
    const { snapshot } = await message<{ snapshot: string }>(child);
    const heap = readFileSync(snapshot);
    expect(known.in(heap)).toContain('device (utf-8)');
    expect(secrets.in(heap)).toEqual([]);

    // A heap snapshot leaves out what buffers hold; on Linux all memory of the process is read as well.
    if (process.platform === 'linux' && child.pid !== undefined) {
      expect(memoryOf(child.pid, known)).toEqual(expect.arrayContaining(['marker (raw)', 'device (utf-8)']));
      expect(memoryOf(child.pid, secrets)).toEqual([]);
    }

    const captured = wire.captured();
    expect(known.in(captured)).toEqual(expect.arrayContaining(['marker (raw)', 'device (utf-8)']));
    expect(secrets.in(captured)).toEqual([]);

    await stage.close();
    child.send({ close: true });
    await exited;
    const files = readdirSync(folder).filter((name) => name.startsWith('sealroom.sqlite'));
    const disk = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
    expect(stored.in(disk)).toContain('lobby key (utf-8)');
    expect(secrets.in(disk)).toEqual([]);
    const logged = Buffer.concat(log);
    expect(logged.toString()).toMatch(/"level":"(?:debug|info)"/);
    expect(secrets.in(logged)).toEqual([]);
    expect(known.in(logged)).toEqual([]);
  } finally {
    await stage?.close();
    await wire?.close();
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true });
  }
});

attack('capture-frames', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const wu = await Insider.inside(stage, 'Wu');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Wu']);
  await wu.inStep(stage.host);
  const { exporterSecret } = wu.mls.keySchedule;
  const before = keysOf(chen).at(0);
  const keys = keysOf(chen).at(-1);
  if (!keys || !before) throw new Error('no keys');
  expect(toHex(baseKeyOf(exporterSecret))).toBe(toHex(keys.baseKey));

  // What Chen's frame worker puts on the wire with the keys of this very epoch.
  const sender = await Party.create(new ManualClock());
  sender.core.group({ ...keys, baseKey: keys.baseKey.slice() });
  const video = randomBytes(1_200);
  const audio = randomBytes(80);
  const camera = sender.sender('camera').send;
  const wireVideo = [camera(video, 'video/VP9'), camera(video, 'video/VP9')];
  const wireAudio = sender.sender('microphone').send(audio, 'audio/opus');
  const [first, second] = wireVideo;
  if (!first || !second || !wireAudio) throw new Error('nothing sealed');
  expect(toHex(first)).not.toBe(toHex(second));

  // Metadata: codec (VP9 2, Opus 4), delta frame.
  const vp9 = Uint8Array.of(2, 0);
  const opus = Uint8Array.of(4, 0);
  const baseKey = baseKeyOf(exporterSecret);
  for (const frame of [first, second]) expect(toHex(decryptFrame(baseKey, frame, vp9))).toBe(toHex(video));
  const padded = decryptFrame(baseKey, wireAudio, opus);
  expect(toHex(padded.subarray(2, 2 + padded.readUInt16BE(0)))).toBe(toHex(audio));

  const { cs } = wu.attacker;
  const others = [
    before.baseKey,
    stage.link.secret,
    linkKey(stage.link, 'psk'),
    await mlsExporter(exporterSecret, 'SFrame 1.0 Base Key', Uint8Array.of(0), 32, cs),
    await mlsExporter(exporterSecret, 'SFrame 1.0 Base Kez', new Uint8Array(), 32, cs),
    ...Object.entries(wu.mls.keySchedule).flatMap(([name, secret]) =>
      name === 'exporterSecret' ? [secret] : [secret, baseKeyOf(secret)],
    ),
    baseKeyOf(newDeviceSeed()),
    randomBytes(32),
  ];
  for (const key of others) expect(() => decryptFrame(key, first, vp9)).toThrow();
  expect(() => decryptFrame(baseKey, first, opus)).toThrow();
  for (const at of [0, 1, first.length >> 1, first.length - 1]) {
    const changed = first.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(() => decryptFrame(baseKey, changed, vp9)).toThrow();
  }
  expect(toBase64Url(first)).not.toContain(toBase64Url(video).slice(0, 20));
});
