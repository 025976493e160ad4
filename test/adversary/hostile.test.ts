import { randomBytes as random } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { defaultRules } from '../../server/meeting/rules.ts';
import { defaultLimits } from '../../server/signaling/limits.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import { blobId, type DeviceKey, groupId, knockId, type MeetingId } from '../../shared/ids.ts';
import { type RequestName, type RequestOf, requests } from '../../shared/protocol/requests.ts';
import type { RecordBody, RecordType, SignedRecord } from '../../shared/records/record.ts';
import { presetPolicy } from '../../shared/roles.ts';
import type { Bot } from '../bots/bot.ts';
import { startSite } from '../bots/site.ts';
import { offer } from '../integration/media/offers.ts';
import { startMedia } from '../integration/signaling/site.ts';
import { foundRequest, inviteBody, signedKnock } from '../support/invitation.ts';
import { Insider } from './insider.ts';
import { recordsOf, Stage } from './stage.ts';

/** How the hostile client stands to the meeting when it begins. */
const standings = ['waiting', 'sent back', 'removed', 'banned', 'muted', 'participant'] as const;
type Standing = (typeof standings)[number];

let media: Awaited<ReturnType<typeof startMedia>>;
beforeAll(async () => {
  media = await startMedia();
}, 600_000);
afterAll(() => media.close());

const id = () => toBase64Url(random(16));
const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

/** The most harmful well-formed request of each kind: one that lacks is a type error. */
type Weapons = { [Name in RequestName]: RequestOf<Name> };

function weapons({ insider, victim, producer, transport, offered, stage }: Battle): Weapons {
  const keys = stage.access.invitation;
  const { meeting } = stage.link;
  const device = insider.identity.key;
  const knock = { keyPackageRef: randomBytes(64), sealed: randomBytes(4_000) };
  const group = stage.host.tap.requestsOf('group:found')[0]?.groupId ?? groupId.parse(id());
  const epoch = stage.host.state.seal.epoch;
  const other = stage.host.state.knocks[0]?.knockId ?? knockId.parse(id());
  return {
    'session:identify': { device: victim, signature: randomBytes(64) },
    'lobby:knock': signedKnock({ meeting, keys }, device, { kind: 'return', ...knock }),
    'lobby:withdraw': {},
    'lobby:deny': { knockIds: [other] },
    'lobby:tell': { words: [{ knockId: other, sealed: randomBytes(80) }] },
    'group:found': foundRequest({ meeting, keys }, device, groupId.parse(id())),
    'group:commit': { groupId: group, epoch, commit: randomBytes(400), admitted: [], removed: [victim] },
    'group:refuse': { groupId: group, epoch: Math.max(0, epoch - 1) },
    'group:send': { groupId: group, bytes: randomBytes(300) },
    'group:relay': { bytes: randomBytes(300) },
    'stream:sync': { groupId: group, after: 0 },
    'record:append': { record: insider.sign({ type: 'end' }) },
    'record:list': { from: 0 },
    'breakout:found': { records: [insider.sign({ type: 'end' })] },
    'blob:create': { size: 1_000 },
    'blob:open': { blob: blobId.parse(id()), use: 'download' },
    'blob:delete': { blob: blobId.parse(id()) },
    'media:probe': {},
    'media:capabilities': {},
    'media:createTransport': { direction: 'send' },
    'media:connectTransport': {
      transportId: transport,
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
    },
    'media:restartIce': { transportId: transport },
    'media:closeTransport': { transportId: transport },
    'media:produce': { transportId: transport, kind: 'audio', source: 'microphone', ...offered },
    'media:setProducer': { producerId: producer, state: 'closed' },
    'media:consume': { transportId: transport, producerId: producer, rtpCapabilities: {} },
    'media:setConsumers': { wishes: [{ consumerId: uuid, paused: true }] },
    'media:closeConsumer': { consumerId: uuid },
    'media:requestKeyFrame': { consumerId: uuid },
    'media:producers': {},
    'session:leave': {},
  };
}

type Answer = ErrorCode | 'ok';

const outside = (code: ErrorCode) =>
  ({ waiting: code, 'sent back': code, removed: code, banned: 'not-identified' }) as const;
const inside = (code: Answer) => ({ muted: code, participant: code }) as const;
const member = (code: Answer) => ({ ...outside('not-admitted'), ...inside(code) }) as const;
const anybody = (code: Answer) =>
  ({ waiting: code, 'sent back': code, removed: code, banned: 'not-identified', ...inside(code) }) as const;

/** What each request comes to, from each standing. A request without a line here is a type error. */
const rule: { readonly [Name in RequestName]: Readonly<Record<Standing, Answer>> } = {
  'session:identify': { ...anybody('bad-signature'), banned: 'bad-signature' },
  'lobby:knock': { ...outside('not-admitted'), ...inside('ok') },
  'lobby:withdraw': anybody('ok'),
  'lobby:deny': member('forbidden'),
  'lobby:tell': member('forbidden'),
  'group:found': { ...outside('not-admitted'), ...inside('forbidden') },
  'group:commit': member('forbidden'),
  'group:refuse': member('ok'),
  'group:send': member('ok'),
  'group:relay': member('ok'),
  // What was before it came is not told to it.
  'stream:sync': member('resync-required'),
  'record:append': anybody('forbidden'),
  'record:list': anybody('ok'),
  'breakout:found': member('forbidden'),
  'blob:create': member('ok'),
  'blob:open': member('no-file'),
  'blob:delete': member('no-file'),
  'media:probe': anybody('ok'),
  'media:capabilities': member('ok'),
  'media:createTransport': member('ok'),
  'media:connectTransport': member('not-found'),
  'media:restartIce': member('not-found'),
  'media:closeTransport': member('not-found'),
  'media:produce': { ...member('not-found'), muted: 'forbidden' },
  'media:setProducer': member('not-found'),
  'media:consume': member('not-found'),
  'media:setConsumers': member('not-found'),
  'media:closeConsumer': member('not-found'),
  'media:requestKeyFrame': member('not-found'),
  'media:producers': member('ok'),
  'session:leave': anybody('ok'),
};

/** A record of every type, as bad as it can be; one that lacks is a type error. */
function forgeries(meeting: MeetingId, self: DeviceKey, victim: DeviceKey): Record<RecordType, RecordBody> {
  const policy = presetPolicy('open');
  const hostKey = self as unknown as Extract<RecordBody, { type: 'genesis' }>['hostKey'];
  const { key, wrapped } = inviteBody(meeting);
  return {
    genesis: {
      type: 'genesis',
      hostKey,
      lobbyKey: 'L'.repeat(60),
      invitation: { key, wrapped },
      groupSuite: 'x25519',
      frameSuite: 0xf001,
      policy,
    },
    grant: { type: 'grant', device: self, role: 'host' },
    admit: { type: 'admit', devices: [self] },
    sendBack: { type: 'sendBack', devices: [victim] },
    remove: { type: 'remove', devices: [victim], ban: true },
    bar: { type: 'bar', on: true, people: ['B'.repeat(22)], names: [] },
    unban: { type: 'unban', devices: [self] },
    invite: inviteBody(meeting, { straightIn: true }),
    revoke: { type: 'revoke', invitations: [key] },
    policy: { type: 'policy', policy },
    lock: { type: 'lock', locked: true },
    stop: { type: 'stop', devices: [victim], sources: ['microphone', 'camera'], hold: true },
    allow: { type: 'allow', devices: [self], sources: ['microphone'] },
    panic: { type: 'panic', on: true },
    spotlight: { type: 'spotlight', devices: [self] },
    viewOnly: { type: 'viewOnly', on: true },
    recording: { type: 'recording', on: true },
    breakout: {
      type: 'breakout',
      hostKey,
      rooms: [{ meeting, invitation: key }],
      entry: 'assigned',
      mayReturn: true,
      until: null,
      names: 'N'.repeat(60),
    },
    assign: { type: 'assign', assignments: [{ room: meeting, devices: [self] }] },
    breakoutTime: { type: 'breakoutTime', until: null, recall: false },
    backup: { type: 'backup', sealed: 'B'.repeat(120) },
    lobbyKey: { type: 'lobbyKey', lobbyKey: 'M'.repeat(60) },
    end: { type: 'end' },
  };
}

interface Battle {
  readonly stage: Stage;
  readonly insider: Insider;
  readonly chen: Bot;
  readonly victim: DeviceKey;
  /** The host's microphone at the media server, its transport, and what a microphone offer looks like. */
  readonly producer: string;
  readonly transport: string;
  readonly offered: { readonly rtpParameters: ReturnType<typeof offer>; readonly paused: boolean };
}

/** A meeting with host and one member, the host's microphone on, and a hostile client of some standing. */
async function prepare(stage: Stage, standing: Standing): Promise<Battle> {
  const { real } = stage.host.tap;
  const { rtpCapabilities } = await real.request('media:capabilities', {});
  const { id: transport } = await real.request('media:createTransport', { direction: 'send' });
  const rtpParameters = offer(rtpCapabilities, 'audio/opus', '0');
  const { producerId: producer } = await real.request('media:produce', {
    transportId: transport,
    kind: 'audio',
    source: 'microphone',
    rtpParameters,
    paused: false,
  });
  const offered = { rtpParameters: { ...rtpParameters, mid: '1' }, paused: false };
  const chen = await stage.member('Chen');
  const insider = await arrive(stage, standing);
  const victim = chen.state.self;
  if (!victim) throw new Error('no victim');
  return { stage, insider, chen, victim, producer, transport, offered };
}

async function arrive(stage: Stage, standing: Standing): Promise<Insider> {
  const { control } = stage.host.core;
  if (standing === 'waiting') {
    const insider = await Insider.atDoor(stage);
    await insider.knock('Mallory');
    return insider;
  }
  const insider = await Insider.inside(stage, 'Mallory');
  const { key } = insider.identity;
  const gone = () => stage.host.until('gone', ({ members }) => members.every(({ device }) => device !== key));
  switch (standing) {
    case 'sent back':
      control.sendBack(key);
      await gone();
      return insider;
    case 'removed':
      control.remove(key, false);
      await gone();
      return Insider.atDoor(stage, insider.seed);
    case 'banned': {
      control.remove(key, true);
      await gone();
      await expect(Insider.atDoor(stage, insider.seed)).rejects.toMatchObject({ code: 'banned' });
      return Insider.unproven(stage, insider);
    }
    case 'muted':
      control.stop([key], ['microphone', 'camera', 'screen', 'screenAudio'], true);
      await stage.host.until('muted', ({ members }) =>
        members.some(({ device, blocked }) => device === key && blocked.length === 4),
      );
      return insider;
    case 'participant':
      return insider;
  }
}

/** What the others see and hear: everything but the hostile client itself and the passing of epochs. */
async function picture({ stage, insider, chen }: Battle) {
  const others = [stage.host, chen].map(({ state }) => ({
    phase: state.phase,
    policy: state.policy,
    role: state.role,
    locked: state.locked,
    panic: state.panic,
    spotlight: state.spotlight,
    viewOnly: state.viewOnly,
    recording: state.recording,
    // How many have tried a link is told to the hosts, and trying it is what this client does.
    invitations: state.invitations.map(({ tried: _tried, ...shown }) => shown),
    chat: state.chat.filter(({ from }) => from !== insider.identity.key),
    reactions: state.reactions,
    members: state.members
      .filter(({ device }) => device !== insider.identity.key)
      .map(({ device, name, role, blocked, hand, present }) => ({
        device,
        name,
        role,
        blocked,
        hand,
        present,
      })),
  }));
  const { producers } = await stage.host.tap.real.request('media:producers', {});
  return {
    others,
    producers: producers.filter(({ device }) => device !== insider.identity.key),
    records: (await recordsOf(stage.host)).map(({ signature }) => toBase64Url(signature)),
  };
}

async function answerTo(insider: Insider, name: RequestName, body: unknown): Promise<Answer> {
  try {
    // Paired by the table that both come from.
    await insider.signaling.request(name as 'session:leave', body as Record<string, never>);
    return 'ok';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

const limits = {
  ...defaultLimits,
  rules: { ...defaultRules, graceMs: 2_000 },
  refusalsInARow: 1_000_000,
  requests: { burst: 10_000, perSecond: 1_000 },
};

for (const standing of standings) {
  test(`a hostile client that is ${standing} changes nothing for the others, whatever it sends`, async () => {
    const stage = await Stage.open('moderated', {
      site: await startSite(':memory:', limits, undefined, media),
    });
    try {
      const battle = await prepare(stage, standing);
      const { insider, victim } = battle;
      const before = await picture(battle);

      // Every record, signed by itself; then in the name of others; then what others signed, again.
      const bodies = forgeries(stage.link.meeting, insider.identity.key, victim);
      const appended: Answer[] = [];
      const append = async (record: SignedRecord) => {
        appended.push(await answerTo(insider, 'record:append', { record }));
      };
      for (const body of Object.values(bodies)) await append(insider.sign(body));
      for (const record of await recordsOf(stage.host)) await append(record);
      for (const record of (await recordsOf(stage.host)).toReversed()) await append(record);
      expect(appended).not.toContain('ok');

      // Every request, in the order of the protocol and in the opposite one, its own way out last.
      const names = (Object.keys(requests) as RequestName[]).filter((name) => !last.has(name));
      for (const order of [names, names.toReversed(), [...last]]) {
        for (const name of order) {
          const given = weapons(battle)[name];
          expect(requests[name].request.safeParse(given).success, name).toBe(true);
          expect(await answerTo(insider, name, given), name).toBe(rule[name][standing]);
        }
      }
      // One more change of keys, so that whatever it left behind would have had its effect.
      battle.chen.core.sendChat('Still here');
      await stage.host.until('words', ({ chat }) => chat.some(({ text }) => text === 'Still here'));
      const after = await picture(battle);
      for (const other of after.others) other.chat = other.chat.filter(({ text }) => text !== 'Still here');
      expect(after).toEqual(before);
    } finally {
      await stage.close();
    }
  });
}

/** What ends its own stay: knocking anew and saying goodbye. */
const last = new Set<RequestName>(['lobby:knock', 'session:leave']);
