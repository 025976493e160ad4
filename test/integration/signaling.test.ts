import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { defaultRules } from '../../server/meeting/rules.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { foundRequest, inviteBody, newInvitation, signedKnock } from '../support/invitation.ts';
import { crypto, newMeetingId, newSigner, signNext } from '../unit/records/signing.ts';
import { identifyInput } from './signaling/client.ts';
import { bytes, Gathering, knockRequest, newGroupId } from './signaling/meeting.ts';
import { newFolder, OWN_ORIGIN, relaying, Site, startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let folder: Awaited<ReturnType<typeof newFolder>>;
let site: Site;

beforeAll(async () => {
  media = await startMedia();
}, 600_000);
afterAll(() => media.close());

beforeEach(async () => {
  folder = await newFolder();
  site = await Site.start(folder.path, media);
});
afterEach(async () => {
  await site.stop();
  await folder.remove();
  expect(site.clients.flatMap(({ strange }) => strange)).toEqual([]);
});

describe('the way in and out', () => {
  it('found, knock, admit, welcome, message, leave', async () => {
    const gathering = await Gathering.open(site);
    const { host, meeting, groupId } = gathering;
    const guest = await gathering.arrive();
    expect(guest.greeting).toMatchObject({ group: { groupId, epoch: 0 }, member: false });
    expect(guest.greeting.records).toHaveLength(2);

    const request = knockRequest(gathering, guest);
    const { knockId } = await guest.client.ask('lobby:knock', request);
    expect(await guest.client.until('lobby:state')).toEqual({ position: 1, attended: true, locked: false });
    const { added } = await host.client.until('lobby:knocks');
    expect(added).toMatchObject([{ knockId, device: guest.device, kind: 'lobby' }]);
    expect(Buffer.from(added[0]?.sealed ?? []).equals(request.sealed)).toBe(true);

    await gathering.append(host.signer, { type: 'admit', devices: [guest.device] });
    const { seq } = await gathering.commit(host, [knockId]);
    const welcome = await guest.client.until('lobby:welcome');
    expect(welcome).toMatchObject({ groupId, epoch: 1, seq, chainLength: 3 });
    const missed = await guest.client.ask('record:list', { from: 2 });
    expect([missed.records.length, missed.complete]).toEqual([1, true]);

    const content = bytes(40);
    const sent = await guest.client.ask('group:send', { groupId, bytes: content });
    expect(sent.seq).toBe(seq + 1);
    for (const { client } of [host, guest]) {
      const { entries } = await client.until(
        'stream:entries',
        ({ entries: [entry] }) => entry?.kind === 'message',
      );
      expect(entries).toMatchObject([{ seq: seq + 1, sender: guest.device, groupId }]);
      const [entry] = entries;
      expect(entry?.kind === 'message' && Buffer.from(entry.bytes).equals(content)).toBe(true);
    }
    // The newcomer saw nothing from before it was in.
    expect(
      guest.client.all('stream:entries').flatMap(({ entries }) => entries.map((entry) => entry.seq)),
    ).toEqual([seq + 1]);

    await guest.client.ask('session:leave', {});
    const gone = await host.client.until('stream:entries', ({ entries: [entry] }) => entry?.kind === 'gone');
    expect(gone.entries).toMatchObject([{ seq: seq + 2, device: guest.device }]);
    await gathering.commit(host, [], [guest.device]);
    await host.client.ask('session:leave', {});
    expect(await guest.client.until('group:running')).toEqual({ running: false });
    expect((await site.store.find(meeting))?.endedAt).toBeNull();
  });

  it('carries chains, knocks and pages of more binary parts than socket.io takes by itself', async () => {
    const gathering = await Gathering.open(site);
    const { host, groupId } = gathering;
    for (let i = 0; i < 30; i++) {
      await gathering.append(host.signer, { type: 'lock', locked: i % 2 === 0 });
    }
    for (let i = 0; i < 8; i++) {
      const person = await gathering.arrive();
      expect(person.greeting.records).toHaveLength(32);
      await person.client.ask('lobby:knock', knockRequest(gathering, person));
    }
    const { entries } = await host.client.ask('stream:sync', { groupId, after: 0 });
    expect(entries).toHaveLength(30);
    await host.client.ask('session:leave', {});
    await host.client.ask(
      'group:found',
      foundRequest(gathering.script.invitation, host.device, newGroupId()),
    );
    await host.client.until('lobby:knocks', ({ added }) => added.length === 8);
  });

  it('carries out nothing that it could not store', async () => {
    const gathering = await Gathering.open(site);
    const { host, meeting, script } = gathering;
    const guest = await gathering.join();
    const { chain } = script;
    const record = signNext(chain, host.signer, { type: 'remove', devices: [guest.device], ban: true });
    // Another node was first, with another record.
    const other = signNext(chain, host.signer, { type: 'remove', devices: [guest.device], ban: false });
    const { seq } = await host.client.ask('group:send', { groupId: gathering.groupId, bytes: bytes(1) });
    const hash = crypto.hash(other);
    await site.store.append(meeting, { record: other, hash, prev: chain.head, seq: chain.length });
    expect(await host.client.code('record:append', { record })).toBe('chain-conflict');
    await site.store.close();
    expect(await host.client.code('record:append', { record })).toBe('unavailable');
    const { entries } = await guest.client.ask('stream:sync', { groupId: gathering.groupId, after: seq });
    expect(entries).toEqual([]);
    expect(guest.client.all('session:closed')).toEqual([]);
    expect(site.log.join('')).toContain('request failed');
  });

  it('answers before it sends the events an answer causes', async () => {
    const gathering = await Gathering.open(site);
    const { host, groupId } = gathering;
    const order: string[] = [];
    host.client.socket.on('stream:entries', () => order.push('event'));
    await new Promise<void>((resolve) => {
      host.client.socket.once('stream:entries', () => resolve());
      host.client.socket.emit('group:send', { groupId, bytes: bytes(3) }, () => order.push('answer'));
    });
    expect(order).toEqual(['answer', 'event']);
  });

  it('ends a meeting for everyone and for good', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const waiting = await gathering.arrive();
    await gathering.append(gathering.host.signer, { type: 'end' });
    for (const { client } of [gathering.host, guest, waiting]) {
      expect(await client.until('session:closed')).toEqual({ reason: 'ended' });
      await client.untilClosed();
    }
    const late = site.connect(gathering.meeting);
    expect(await late.refusedAtDoor()).toMatchObject({ code: 'ended' });
    expect((await site.store.find(gathering.meeting))?.endedAt).toBeTypeOf('number');
  });

  it('puts a removed member out at once', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const other = await gathering.join();
    await gathering.append(gathering.host.signer, { type: 'remove', devices: [guest.device], ban: true });
    expect(await guest.client.until('session:closed')).toEqual({ reason: 'banned' });
    await guest.client.untilClosed();
    await other.client.until('stream:entries', ({ entries }) => entries.some(({ kind }) => kind === 'gone'));
    const again = site.connect(gathering.meeting);
    const { nonce } = await again.until('session:challenge');
    const signature = guest.signer.sign(identifyInput(gathering.meeting, nonce));
    expect(await again.code('session:identify', { device: guest.device, signature })).toBe('banned');
  });
});

describe('connections', () => {
  it('resume within the grace and sync what was missed', async () => {
    const gathering = await Gathering.open(site);
    const { host, groupId } = gathering;
    const guest = await gathering.join();
    const { seq: after } = await host.client.ask('group:send', { groupId, bytes: bytes(1) });
    guest.client.close();
    const { seq: missed } = await host.client.ask('group:send', { groupId, bytes: bytes(2) });
    const back = await gathering.arrive(guest.signer);
    expect(back.greeting).toMatchObject({ member: true, group: { groupId, epoch: gathering.epoch } });
    const { entries, complete } = await back.client.ask('stream:sync', { groupId, after });
    expect(entries).toMatchObject([{ kind: 'message', seq: missed }]);
    expect(complete).toBe(true);
    await gathering.commit(back);
    expect(
      host.client.all('stream:entries').flatMap(({ entries: all }) => all.map(({ kind }) => kind)),
    ).not.toContain('gone');
  });

  it('count as gone after it', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { rules: { ...defaultRules, graceMs: 50 } });
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    guest.client.close();
    await gathering.host.client.until('stream:entries', ({ entries: [entry] }) => entry?.kind === 'gone');
    expect((await gathering.arrive(guest.signer)).greeting.member).toBe(false);
  });

  it('are replaced by a newer one of the same device', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const second = await gathering.arrive(guest.signer);
    expect(await guest.client.until('session:closed')).toEqual({ reason: 'replaced' });
    await guest.client.untilClosed();
    expect(second.greeting.member).toBe(true);
    await gathering.commit(second);
  });

  // Where others take over there is nothing to hear.
  it.skipIf(relaying.on)('hear that the server stops', async () => {
    const { host } = await Gathering.open(site);
    await site.stop();
    expect(host.client.all('session:closed')).toEqual([{ reason: 'stopping' }]);
  });

  it('hear that the operator ended the meeting, wherever it is run, and find it over', async () => {
    const gathering = await Gathering.open(site);
    const { host, meeting } = gathering;
    const guest = await gathering.join();
    const waiting = await gathering.arrive();
    const silent = site.connect(meeting);
    await silent.until('session:challenge');
    expect(await site.store.end(meeting, Date.now())).toBe(true);
    expect(await site.store.end(meeting, Date.now())).toBe(false);
    await site.signaling.stop(meeting);
    for (const { client } of [host, guest, waiting]) {
      expect(await client.until('session:closed')).toEqual({ reason: 'operator' });
      await client.untilClosed();
    }
    // Whoever has not said who they are is cut off, and told when they come back.
    await silent.untilClosed();
    expect((await site.connect(meeting).refusedAtDoor()).code).toBe('ended');
  });

  it('find meetings and records again after a restart', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    await site.stop();
    site = await Site.start(folder.path, media);
    const back = await site.connect(gathering.meeting).identify(gathering.meeting, guest.signer);
    expect(back.greeting).toMatchObject({ group: null, member: false });
    expect(back.greeting.records).toHaveLength(gathering.script.chain.length);
    // The chain goes on where it was.
    const record = signNext(gathering.script.chain, gathering.script.host, { type: 'lock', locked: true });
    expect(await back.client.code('record:append', { record })).toBe('ok');
    expect(await back.client.code('record:append', { record })).toBe('chain-conflict');
  });

  it('identify with the key they prove, here and now', async () => {
    const script = await site.meeting();
    const { meeting } = script.chain;
    const client = site.connect(meeting);
    const { nonce, protocol } = await client.until('session:challenge');
    expect([nonce.length, protocol]).toEqual([32, PROTOCOL_VERSION]);
    const [signer, other] = [newSigner(), newSigner()];
    const code = (device: string, signature: Uint8Array) =>
      client.code('session:identify', { device, signature });
    expect(await code(signer.device, other.sign(identifyInput(meeting, nonce)))).toBe('bad-signature');
    expect(await code(signer.device, signer.sign(identifyInput(newMeetingId(), nonce)))).toBe(
      'bad-signature',
    );
    expect(await code(signer.device, signer.sign(identifyInput(meeting, bytes(32))))).toBe('bad-signature');
    expect(await code(signer.device, signer.sign(nonce))).toBe('bad-signature');
    expect(await code('A'.repeat(43), bytes(64))).toBe('bad-signature');
    const signature = signer.sign(identifyInput(meeting, nonce));
    expect(await code(signer.device, signature)).toBe('ok');
    expect(await code(signer.device, signature)).toBe('ok');
    expect(await code(other.device, other.sign(identifyInput(meeting, nonce)))).toBe('bad-request');
    const elsewhere = site.connect(meeting);
    await elsewhere.until('session:challenge');
    expect(await elsewhere.code('session:identify', { device: signer.device, signature })).toBe(
      'bad-signature',
    );
  });
});

describe('the handshake', () => {
  it('refuses other versions, unknown meetings and malformed ones, typed', async () => {
    const { chain } = await site.meeting();
    const { meeting } = chain;
    const refused = async (auth: unknown) => (await site.connect(meeting, auth).refusedAtDoor()).code;
    expect(await refused({ protocol: PROTOCOL_VERSION + 1, meeting })).toBe('version-mismatch');
    expect(await refused({ protocol: 0, meeting, more: true })).toBe('version-mismatch');
    expect(await refused({ protocol: PROTOCOL_VERSION, meeting: newMeetingId() })).toBe('not-found');
    expect(await refused({ protocol: PROTOCOL_VERSION, meeting, more: true })).toBe('bad-request');
    expect(await refused({ protocol: `${PROTOCOL_VERSION}`, meeting })).toBe('bad-request');
    expect(await refused({ protocol: PROTOCOL_VERSION, meeting: "' OR 1=1 --" })).toBe('bad-request');
    expect(await refused({})).toBe('bad-request');
  });

  it('lets in our own pages and programs, no other site', async () => {
    const { chain } = await site.meeting();
    const { meeting } = chain;
    const own = site.connect(meeting, undefined, { origin: OWN_ORIGIN });
    await own.until('session:challenge');
    for (const origin of [
      'https://evil.example',
      'https://meet.example.evil.example',
      'null',
      'http://meet.example',
    ]) {
      const other = site.connect(meeting, undefined, { origin });
      await new Promise<void>((resolve) => other.socket.on('connect_error', () => resolve()));
      expect(other.all('session:challenge')).toEqual([]);
    }
    const hidden = site.connect(meeting, undefined, { 'sec-fetch-site': 'cross-site' });
    await new Promise<void>((resolve) => hidden.socket.on('connect_error', () => resolve()));
  });

  it('has so much room', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { socketsPerMeeting: 1 });
    const { chain } = await site.meeting();
    await site.connect(chain.meeting).until('session:challenge');
    expect(await site.connect(chain.meeting).refusedAtDoor()).toMatchObject({ code: 'full' });
  });

  it('closes sockets that never prove a key', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { identifyWithinMs: 30 });
    const { chain } = await site.meeting();
    const client = site.connect(chain.meeting);
    expect(await client.until('session:closed')).toEqual({ reason: 'abuse' });
    await client.untilClosed();
  });
});

describe('rates', () => {
  it('bounds requests of a socket and says when to come back', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { requests: { burst: 3, perSecond: 0.01 } });
    const { chain } = await site.meeting();
    const { client } = await site.connect(chain.meeting).identify(chain.meeting);
    expect(await client.code('lobby:withdraw', {})).toBe('ok');
    expect(await client.code('lobby:withdraw', {})).toBe('ok');
    const refused = await client.refusal('lobby:withdraw', {});
    expect(refused).toMatchObject({ code: 'rate-limited', retry: 'later' });
    expect(refused?.retryAfterMs).toBeGreaterThan(1_000);
  });

  it('bounds knocks of a socket, and of an address at one meeting', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { knocksPerAddress: { burst: 7, perSecond: 0.001 } });
    const script = await site.meeting();
    const { meeting } = script.chain;
    const knocks = async (times: number) => {
      const person = await site.connect(meeting).identify(meeting);
      const codes = [];
      for (let i = 0; i < times; i++)
        codes.push(await person.client.code('lobby:knock', knockRequest({ script }, person)));
      return codes;
    };
    const ok = (times: number) => Array.from({ length: times }, () => 'ok');
    expect(await knocks(6)).toEqual([...ok(5), 'rate-limited']);
    expect(await knocks(3)).toEqual([...ok(2), 'rate-limited']);
    const elsewhere = await site.meeting();
    const person = await site.connect(elsewhere.chain.meeting).identify(elsewhere.chain.meeting);
    expect(await person.client.code('lobby:knock', knockRequest({ script: elsewhere }, person))).toBe('ok');
  });

  it('bounds knocks by one invitation, whoever holds it, and leaves those by others alone', async () => {
    await site.stop();
    const plenty = { burst: 1_000, perSecond: 1 };
    const knocksPerInvitation = { burst: 3, perSecond: 0.001 };
    site = await Site.start(folder.path, media, { knocksPerAddress: plenty, knocksPerInvitation });
    const gathering = await Gathering.open(site);
    const { meeting, script } = gathering;
    const codes = [];
    for (let i = 0; i < 4; i++) {
      const person = await gathering.arrive();
      codes.push(await person.client.code('lobby:knock', knockRequest({ script }, person)));
    }
    expect(codes).toEqual(['ok', 'ok', 'ok', 'rate-limited']);
    const other = newInvitation(meeting, script.invitation.meetingSecret);
    await gathering.append(script.host, inviteBody(meeting, {}, other));
    const person = await gathering.arrive();
    const content = { kind: 'lobby', keyPackageRef: bytes(64), sealed: bytes(3_000) } as const;
    expect(await person.client.code('lobby:knock', signedKnock(other, person.device, content))).toBe('ok');
  });

  it('closes a socket that goes on asking for what it is refused', async () => {
    await site.stop();
    site = await Site.start(folder.path, media, { refusalsInARow: 20 });
    const { chain } = await site.meeting();
    const client = site.connect(chain.meeting);
    await client.until('session:challenge');
    for (let i = 0; i < 25; i++) client.socket.emit('no:such', {}, () => undefined);
    expect(await client.until('session:closed')).toEqual({ reason: 'abuse' });
  });
});

describe('what is kept and logged', () => {
  it('holds no device key, knock, welcome, commit or message in database or log', async () => {
    const gathering = await Gathering.open(site, presetPolicy('open'));
    const { host, groupId, meeting } = gathering;
    const guest = await gathering.arrive();
    const marker = Buffer.from('plaintext-marker-of-content');
    const knock = knockRequest(gathering, guest, 'lobby', marker);
    const { knockId } = await guest.client.ask('lobby:knock', knock);
    const commit = { groupId, epoch: 0, commit: marker, welcome: marker, admitted: [knockId], removed: [] };
    await host.client.ask('group:commit', commit);
    await guest.client.ask('group:send', { groupId, bytes: marker });
    await guest.client.code('group:found', { groupId: newGroupId() });
    const rows = (await site.store.records(meeting)).map(({ bytes: content }) =>
      Buffer.from(content).toString(),
    );
    expect(rows).toHaveLength(2);
    await site.stop();
    const { readdir, readFile } = await import('node:fs/promises');
    const { dirname, join } = await import('node:path');
    const files = await readdir(dirname(folder.path), { recursive: true, withFileTypes: true });
    const disk = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    );
    const log = site.log.join('');
    expect(log).toContain('socket connected');
    for (const text of [...disk, log]) {
      expect(text).not.toContain(marker.toString());
      expect(text).not.toContain(guest.device);
      expect(text).not.toContain(groupId);
    }
    for (const secret of [meeting, host.device]) expect(log).not.toContain(secret);
  });
});
