import { encodeMlsMessage, generateKeyPackageWithKey } from 'ts-mls';
import { expect } from 'vitest';
import { openKnock, sealKnock } from '../../client/e2ee/admission/knock.ts';
import { createKeyPackage } from '../../client/e2ee/group/keyPackage.ts';
import { capabilities } from '../../client/e2ee/group/profile.ts';
import { ciphersuite } from '../../client/e2ee/group/suite.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import { deviceIdentity, newDeviceSeed } from '../../client/e2ee/identity/device.ts';
import {
  hostKeyPair,
  loadHostSecrets,
  loadLobbySeed,
  lobbyKeyPair,
  newHostSecrets,
} from '../../client/e2ee/records/hostSecrets.ts';
import { recordCrypto, signRecord } from '../../client/e2ee/records/signing.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import { readChain } from '../../shared/records/chain.ts';
import { decodeRecord, encodeRecord } from '../../shared/records/record.ts';
import { attack } from './attack.ts';
import { Insider } from './insider.ts';
import {
  type Actor,
  agreed,
  alarmKinds,
  atDoor,
  keysOf,
  knowsNothing,
  pause,
  type Stage,
  welcomedInVain,
} from './stage.ts';
import { Tap } from './tap.ts';

async function knocking(stage: Stage, name: string, tap?: Tap): Promise<Actor> {
  const actor = await stage.actor(tap ? { tap } : {});
  await atDoor(actor);
  actor.core.join(name, 'Please');
  await stage.host.until(`${name} knocks`, (state) => state.knocks.some((knock) => knock.name === name));
  return actor;
}

/** Hands one client all that others were sent, from their first event on. */
function leak(from: readonly Actor[], to: Actor): void {
  const leaked = ['stream:entries', 'group:relayed', 'lobby:welcome', 'lobby:knocks'] as const;
  for (const { tap } of from) {
    for (const name of leaked) for (const event of tap.eventsOf(name)) to.tap.deliver(name, event);
  }
}

attack('lobby-leak', {}, async (stage) => {
  const eve = await knocking(stage, 'Eve');
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  chen.core.sendChat('For members');
  stage.host.core.people.setHand(true);
  await stage.host.until('words', (state) => state.chat.length === 1);
  await pause(3_200);
  leak([stage.host, chen], eve);
  await pause(500);
  leak([stage.host, chen], eve);
  await pause(500);
  knowsNothing(eve);
  expect(JSON.stringify({ ...eve.state, notices: [], alarms: [] })).not.toMatch(/Lin|Chen|For members/);
  expect(eve.state.phase.name).not.toBe('meeting');
});

attack('lobby-leak-modified', {}, async (stage) => {
  const eve = await Insider.atDoor(stage);
  await eve.knock('Eve');
  const chen = await stage.member('Chen');
  chen.core.sendChat('For members');
  await stage.host.until('words', (state) => state.chat.length === 1);
  for (const { welcome } of chen.tap.eventsOf('lobby:welcome'))
    await expect(eve.enter(welcome)).rejects.toThrow();
  expect(() => eve.mls).toThrow();
});

attack('welcome-swapped', {}, async (stage) => {
  const eve = await knocking(stage, 'Eve');
  const chen = await stage.member('Chen');
  const [welcome] = chen.tap.eventsOf('lobby:welcome');
  if (!welcome) throw new Error('no welcome');
  await welcomedInVain(eve, welcome);
});

attack('lobby-knock-swapped', {}, async (stage) => {
  const chen = await knocking(stage, 'Chen');
  const [shown] = stage.host.state.knocks;
  if (!shown) throw new Error('no knock');
  // A link holder's honest knock, under the id of the one on the host's screen.
  const mallory = deviceIdentity(newDeviceSeed(), stage.link.meeting);
  const credential = makeCard(mallory, stage.link.meeting, 'Mallory');
  const bundle = await createKeyPackage({ signature: mallory.meeting, credential, suite: 'x-wing' });
  const { chain } = await Insider.atDoor(stage);
  const to = { kind: 'lobby', lobbyKey: fromBase64Url(chain.lobbyKey) } as const;
  const content = { keyPackage: bundle.bytes, message: '', replyKey: randomBytes(32) };
  const knock = sealKnock(stage.access, mallory.key, bundle.ref, content, to);
  const swapped = { ...knock, knockId: shown.knockId, device: mallory.key, at: shown.at };
  stage.host.tap.deliver('lobby:knocks', { added: [swapped], removed: [] });
  stage.host.tap.deliver('lobby:knocks', { added: [swapped], removed: [shown.knockId] });
  await pause(300);
  stage.host.core.control.admit([shown.knockId]);
  await pause(500);
  const { chain: after } = await Insider.atDoor(stage);
  expect(after.admitted.has(mallory.key)).toBe(false);
  chen.close();
});

attack('lobby-key', {}, async (stage) => {
  const own = newHostSecrets();
  const lobbyKey = toBase64Url(lobbyKeyPair(own.lobbySeed).publicKey);
  const host = await loadHostSecrets(stage.host.keyStore, stage.link.meeting);
  if (!host) throw new Error('no host secrets');
  // Signed by the server's own host key, and with the true signature over other bytes.
  for (const how of ['signed', 'unsigned'] as const) {
    const tap = new Tap();
    tap.onRequest('session:identify', async (request, forward) => {
      const door = await forward(request);
      const [genesis, ...rest] = door.records;
      const content = genesis && decodeRecord(genesis);
      if (!genesis || content?.body.type !== 'genesis') throw new Error('no genesis');
      const pair = hostKeyPair(own);
      const body = { ...content.body, lobbyKey };
      const forged =
        how === 'signed'
          ? signRecord({ meeting: content.meeting, chain: null }, { by: pair.key, pair }, content.at, {
              ...body,
              hostKey: pair.key,
            })
          : { ...genesis, bytes: encodeRecord({ ...content, body }) };
      return { ...door, records: [forged, ...rest.slice(0, how === 'signed' ? 0 : rest.length)] };
    });
    const chen = await stage.actor({ tap });
    await chen.until('refused', (state) => state.phase.name === 'bad-link');
    chen.core.join('Chen', '');
    await pause(300);
    expect(tap.requestsOf('lobby:knock')).toEqual([]);
  }
  // Not even a record of a device with every other right changes it.
  const watcher = await Insider.atDoor(stage);
  const result = readChain([...watcher.records, watcher.sign({ type: 'lobbyKey', lobbyKey })], recordCrypto);
  expect(result).toMatchObject({ ok: false, refusal: 'forbidden' });
});

attack('lobby-key-asked', {}, async (stage) => {
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host], ['Lin', 'Mallory']);
  await mallory.inStep(stage.host);
  const answers = () => stage.host.tap.requestsOf('group:send').length;
  const before = answers();
  await mallory.say({ type: 'wantLobbyKey' });
  await pause(500);
  expect(answers()).toBe(before);
  stage.host.core.control.setRole(mallory.identity.key, 'cohost');
  await stage.host.until('co-host', (state) => state.members.some((member) => member.role === 'cohost'));
  await mallory.say({ type: 'wantLobbyKey' });
  await expect.poll(answers).toBe(before + 1);
});

attack('lobby-key-kept', {}, async (stage) => {
  const mallory = await stage.member('Mallory');
  const device = mallory.state.self;
  if (!device) throw new Error('no device');
  stage.host.core.control.setRole(device, 'cohost');
  await expect.poll(() => loadLobbySeed(mallory.keyStore, stage.link.meeting)).not.toBeNull();
  const kept = await loadLobbySeed(mallory.keyStore, stage.link.meeting);
  if (!kept) throw new Error('no key');
  stage.host.core.control.remove(device, true);
  await mallory.until('put out', (state) => state.phase.name === 'removed');
  await expect
    .poll(async () => (await Insider.atDoor(stage)).chain.lobbyKey)
    .not.toBe(toBase64Url(lobbyKeyPair(kept).publicKey));
  await knocking(stage, 'Chen');
  const knock = stage.host.tap
    .eventsOf('lobby:knocks')
    .flatMap(({ added }) => added)
    .at(-1);
  if (!knock) throw new Error('no knock');
  expect(() => openKnock(stage.access, knock.device, knock, [kept])).toThrow('not-openable');
});

attack('lobby-poison', { preset: 'open' }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const poisoners = [await Insider.atDoor(stage), await Insider.atDoor(stage)];
  const cs = await ciphersuite('x-wing');
  const shared = await cs.hpke.generateKeyPair();
  for (const insider of poisoners) {
    let made = 0;
    // The init key is made first and is the device's own; the leaf's encryption key is one for both.
    const hpke = {
      ...cs.hpke,
      generateKeyPair: async () => (made++ === 0 ? cs.hpke.generateKeyPair() : shared),
    };
    const now = BigInt(Math.floor(Date.now() / 1000));
    const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
      {
        credentialType: 'basic',
        identity: makeCard(insider.identity, stage.link.meeting, 'Poison'),
      },
      capabilities('x-wing'),
      { notBefore: now - 3_600n, notAfter: now + 3_600n },
      [],
      {
        publicKey: insider.identity.meeting.publicKey,
        signKey: insider.identity.meeting.privateKey,
      },
      { ...cs, hpke },
    );
    const bytes = encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_key_package',
      keyPackage: publicPackage,
    });
    await insider.knockWith({
      publicPackage,
      privatePackage,
      bytes,
      signature: insider.identity.meeting,
      cs,
    });
  }
  chen.core.leave();
  const wu = await stage.actor();
  await atDoor(wu);
  wu.core.join('Wu', '');
  await wu.until('inside', (state) => state.phase.name === 'meeting');
  await stage.host.until(
    'Chen out, Wu in',
    ({ members }) =>
      members.some(({ name }) => name === 'Wu') && !members.some(({ name }) => name === 'Chen'),
  );
});

attack('lobby-denied-inside', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  chen.tap.deliver('lobby:denied', { banned: false });
  await pause(500);
  const inside = chen.state.phase.name === 'meeting';
  const keyed = chen.frameMessages.at(-1)?.type !== 'restart';
  expect(inside).toBe(keyed);
  expect(keysOf(chen).length).toBeGreaterThan(0);
  expect(alarmKinds(stage.host)).toEqual([]);
});
