import { expect } from 'vitest';
import { sealKnock } from '../../client/e2ee/admission/knock.ts';
import { createKeyPackage } from '../../client/e2ee/group/keyPackage.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import { newLinkSecrets } from '../../client/e2ee/link/linkKeys.ts';
import { hostKeyPair, newHostSecrets } from '../../client/e2ee/records/hostSecrets.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { makeRoom } from '../../client/meeting/breakout/roomFounding.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { knockId, type MeetingId } from '../../shared/ids.ts';
import type { Knock } from '../../shared/protocol/lobby.ts';
import type { RecordBody } from '../../shared/records/record.ts';
import {
  atRoom,
  goInto,
  namesIn,
  openRooms,
  ownRoom,
  roomsOf,
  selfOf,
  wayInto,
} from '../support/breakouts.ts';
import { accessOf } from '../support/invitation.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import {
  type Actor,
  agreed,
  alarmed,
  identityOf,
  keysOf,
  knowsNothing,
  neverKeyedWith,
  pause,
  type Stage,
} from './stage.ts';
import { Tap } from './tap.ts';

/** Ann is of room 1 and Ben of room 2; Ben is inside, with the server's hand on his line. */
async function cast(stage: Stage) {
  const ann = await stage.member('Ann');
  const ben = await stage.member('Ben');
  await agreed([stage.host, ann, ben], ['Lin', 'Ann', 'Ben']);
  const [one, two] = await openRooms(stage.host, [[ann], [ben]]);
  if (!one || !two) throw new Error('no rooms');
  return { ann, ben, one, two };
}

async function inside(stage: Stage, actor: Actor, room: MeetingId) {
  const there = await goInto(actor, room, stage.site.origin);
  stage.onClose(() => there.close());
  return there;
}

/** A knock for those who may enter already, whether or not it may, as a colluding server would show it. */
async function returnKnock(
  stage: Stage,
  of: Actor,
  link: Parameters<typeof accessOf>[0],
  records: Parameters<typeof accessOf>[1],
): Promise<Knock> {
  const identity = await identityOf(of, stage.link);
  const credential = makeCard(identity, link.meeting, 'Ben');
  const keys = await createKeyPackage(
    { signature: identity.meeting, credential, suite: 'x-wing' },
    Date.now(),
  );
  const content = { keyPackage: keys.bytes, message: '', replyKey: randomBytes(32) };
  const knock = sealKnock(accessOf(link, records), identity.key, keys.ref, content, { kind: 'return' });
  return {
    ...knock,
    knockId: knockId.parse(toBase64Url(randomBytes(16))),
    device: identity.key,
    at: Date.now(),
  };
}

attack('room-uninvited', {}, async (stage) => {
  const { ann, ben, two } = await cast(stage);
  const link = await wayInto(ben, two);
  const tap = new Tap();
  const benThere = await atRoom(ben, link, stage.site.origin, { signaling: tap.wrap });
  stage.onClose(() => benThere.close());
  await benThere.until('at the door', ({ phase }) => phase.name === 'prejoin');
  benThere.core.join('Ben', '');
  await benThere.until('inside', ({ phase }) => phase.name === 'meeting');
  const visiting = await inside(stage, stage.host, two);
  // By the link as it is, like anybody.
  const annThere = await atRoom(ann, link, stage.site.origin);
  stage.onClose(() => annThere.close());
  await annThere.until('at the door', ({ phase }) => phase.name === 'prejoin');
  annThere.core.join('Ann', '');
  await annThere.until('waits', ({ phase }) => phase.name === 'waiting');
  // And as one who may come back, which any member lets in.
  const { records } = await tap.real.request('record:list', { from: 0 });
  tap.deliver('lobby:knocks', { added: [await returnKnock(stage, ann, link, records)], removed: [] });
  await pause(1_500);
  expect(annThere.state.phase.name).toBe('waiting');
  knowsNothing(annThere as Actor);
  for (const there of [benThere, visiting]) {
    expect(namesIn(there.state)).toEqual(['Ben', 'Lin']);
    neverKeyedWith(there as Actor, selfOf(ann));
  }
});

attack('room-secret-asked', {}, async (stage) => {
  const { ann, ben, one, two } = await cast(stage);
  await wayInto(ben, two);
  await wayInto(ann, one);
  const before = keysOf(ann).length;
  const insider = await Insider.inside(stage, 'Mallory');
  await insider.inStep(stage.host);
  await insider.say({ type: 'breakout', say: { do: 'want', room: two } });
  await pause(1_000);
  const told = (await insider.overhear()).map(({ type }) => type);
  // Nothing was said aside to anybody since it asked.
  expect(told.filter((type) => type === 'aside' || type === 'roomKeys')).toEqual([]);
  expect(ann.core.breakouts.linkOf(two)).toBeNull();
  expect(keysOf(ann).length).toBeGreaterThan(before);
  // Once it belongs there, it is answered.
  stage.host.core.breakouts.want({ do: 'move', devices: [insider.identity.key], room: two });
  await ben.until('assigned', (state) => roomsOf(state)?.rooms[1]?.assigned.length === 2);
  await insider.settled();
  await insider.say({ type: 'breakout', say: { do: 'want', room: two } });
  await expect.poll(async () => (await insider.overhear()).some(({ type }) => type === 'aside')).toBe(true);
});

attack('room-record-forged', {}, async (stage) => {
  const { ann, ben, one, two } = await cast(stage);
  const insider = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, ann, ben], ['Lin', 'Ann', 'Ben', 'Mallory']);
  const { key } = insider.identity;
  const { records } = await insider.signaling.request('record:list', { from: 0 });
  insider.records = records;
  const breakout = insider.chain.breakout;
  if (!breakout) throw new Error('no breakout');
  const streams = [ann, ben].map((actor) => new FalseStream(actor));
  const forged: RecordBody[] = [
    { type: 'assign', assignments: [{ room: two, devices: [key] }] },
    { type: 'assign', assignments: [{ room: two, devices: [selfOf(ann)] }] },
    { type: 'breakoutTime', until: 1, recall: true },
    {
      type: 'breakout',
      hostKey: breakout.hostKey,
      rooms: [...breakout.rooms],
      entry: 'choice',
      mayReturn: false,
      until: null,
      names: breakout.names,
    },
  ];
  for (const body of forged) {
    const record = insider.sign(body);
    await expect(insider.signaling.request('record:append', { record })).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const stream of streams) stream.insert({ kind: 'record', record });
    await alarmed(ann, 'refused-commit');
    await alarmed(ben, 'refused-commit');
    expect([ownRoom(ann.state), ownRoom(ben.state)]).toEqual([one, two]);
    expect(roomsOf(ann.state)).toMatchObject({ recalled: false, entry: 'assigned' });
  }
  expect(ann.core.breakouts.linkOf(two)).toBeNull();
});

attack('room-ghost', {}, async (stage) => {
  const { ben, two } = await cast(stage);
  const tap = new Tap();
  const there = await atRoom(ben, await wayInto(ben, two), stage.site.origin, { signaling: tap.wrap });
  stage.onClose(() => there.close());
  await there.until('at the door', ({ phase }) => phase.name === 'prejoin');
  there.core.join('Ben', '');
  await there.until('inside', ({ phase }) => phase.name === 'meeting');
  // All the server has: the records, and a link secret it makes up itself.
  const { records } = await tap.real.request('record:list', { from: 0 });
  const link = { meeting: two, ...newLinkSecrets(randomBytes(20)) };
  expect(() => accessOf(link, records)).toThrow();
  const ghost = await Insider.atDoor({
    link,
    site: stage.site,
    onClose: (task) => stage.onClose(task),
    admit: async () => undefined,
  });
  const made = await returnKnock(stage, ben, await wayInto(ben, two), records);
  const forged = { ...made, device: ghost.identity.key, sealed: randomBytes(made.sealed.length) };
  tap.deliver('lobby:knocks', { added: [forged], removed: [] });
  await pause(800);
  expect(namesIn(there.state)).toEqual(['Ben']);
  neverKeyedWith(there as Actor, ghost.identity.key);
});

attack('room-exchanged', {}, async (stage) => {
  const { ann, ben, one, two } = await cast(stage);
  const benThere = await inside(stage, ben, two);
  const link = await wayInto(ann, one);
  // Another room of the same opening, so of the same host key; and a meeting of somebody else's.
  for (const shown of [two, stage.link.meeting]) {
    const tap = new Tap();
    const records = (await stage.site.store.records(shown)).map(({ bytes, signature }) => ({
      bytes,
      signature,
    }));
    tap.onRequest('session:identify', async (request, forward) => ({
      ...(await forward(request)),
      records,
    }));
    const annThere = await atRoom(ann, link, stage.site.origin, { signaling: tap.wrap });
    stage.onClose(() => annThere.close());
    annThere.core.join('Ann', '');
    await annThere.until('outside', ({ phase }) => phase.name === 'bad-link');
    knowsNothing(annThere as Actor);
  }
  expect(namesIn(benThere.state)).toEqual(['Ben']);
});

attack('room-by-member', {}, async (stage) => {
  const insider = await Insider.inside(stage, 'Mallory');
  await insider.inStep(stage.host);
  const { key } = insider.identity;
  const refused = async () => {
    insider.records = (await insider.signaling.request('record:list', { from: 0 })).records;
    const { link, records } = makeRoom({
      main: insider.chain,
      rules: { entry: 'choice', teamwork: true },
      label: null,
      host: hostKeyPair(newHostSecrets()),
      opener: key,
      now: Date.now(),
    });
    const asked = insider.signaling.request('breakout:found', { records: [...records] });
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stage.site.store.find(link.meeting)).toBeNull();
  };
  await refused();
  for (const role of ['presenter', 'cohost', 'participant'] as const) {
    stage.host.core.control.setRole(key, role);
    await stage.host.until(`is ${role}`, ({ members }) =>
      members.some((member) => member.device === key && member.role === role),
    );
    if (role !== 'cohost') await refused();
  }
});
