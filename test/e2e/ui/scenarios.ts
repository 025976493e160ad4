import { type ActivitiesView, noActivities, type PollView } from '../../../client/meeting/activityView.ts';
import { noBoard } from '../../../client/meeting/boardView.ts';
import { noBreakouts } from '../../../client/meeting/breakoutView.ts';
import { plainCall, type StreamView } from '../../../client/meeting/callView.ts';
import type { ChatMessageView } from '../../../client/meeting/chatView.ts';
import type { InvitationView } from '../../../client/meeting/invitationView.ts';
import type { AlarmView } from '../../../client/meeting/noticeView.ts';
import type { KnockView, MeetingView } from '../../../client/meeting/view.ts';
import { invitationKey, knockId } from '../../../shared/ids.ts';
import { permissions, presetPolicy } from '../../../shared/roles.ts';
import { drawnBoard, drawnScreen } from './boardScenes.ts';
import { breakoutScenarios } from './breakout.ts';
import { enteringScenarios } from './entering.ts';
import { document_ } from './fakeTracks.ts';
import { hostingScenarios } from './hosting.ts';
import { keyOf, memberOf, mutedSource, NOW, names, off } from './people.ts';

const plainLink = invitationKey.parse('A'.repeat(43));
const everything = new Set(Object.values(permissions));

function base(): MeetingView {
  return {
    phase: { name: 'meeting' },
    link: 'https://meet.example.gov.tw/m/k3J9dQpX2mVwZ8sT1nYbRg#1.q7Yw0eVh2uTgkXc5sLm9Aw.u8Zf3nDq6rJp1yKvBtEoHi',
    name: '林美華',
    connection: 'connected',
    members: [memberOf(0), memberOf(1, { level: 0.4 }), memberOf(2)],
    knocks: [],
    chat: [],
    transfers: [],
    reactions: [],
    captions: [],
    ownCaptions: { on: false, problem: null },
    seal: { state: 'sealed', epoch: 7, since: NOW, code: '482130965517402883619047225531', suite: 'x-wing' },
    epochs: [
      {
        epoch: 3,
        at: Date.UTC(2026, 10, 24, 2, 2),
        joined: [{ name: '陳大文', admittedBy: '林淑芬' }],
        left: [],
      },
      { epoch: 4, at: Date.UTC(2026, 10, 24, 2, 7), joined: [], left: ['Noor'] },
      { epoch: 5, at: Date.UTC(2026, 10, 24, 2, 11), joined: [], left: [] },
    ],
    alarms: [],
    notices: [],
    policy: presetPolicy('moderated'),
    preset: 'moderated',
    locked: false,
    panic: false,
    spotlight: [],
    recording: [],
    recordingAccepted: true,
    recorder: { state: 'off', ms: 0, bytes: 0, failure: null },
    label: null,
    invitations: [],
    banned: [],
    holdsHostKey: true,
    barred: [],
    words: [],
    asks: [],
    hostGone: null,
    recoveryCode: null,
    recoverable: false,
    breakouts: noBreakouts,
    role: 'host',
    rights: everything,
    devices: {
      microphones: [
        { id: 'm1', label: 'Default' },
        { id: 'm2', label: 'Jabra Speak2 75 Mono (0b0e:24ec)' },
      ],
      cameras: [{ id: 'c1', label: 'Integrated Camera (5986:118d)' }],
      speakers: [
        { id: 's1', label: 'Default' },
        { id: 's2', label: 'Jabra Speak2 75 Mono' },
      ],
      microphone: 'm1',
      camera: 'c1',
      speaker: 's1',
      permission: 'granted',
      microphoneState: 'granted',
      cameraState: 'granted',
      microphoneTrack: null,
      cameraTrack: null,
      canShareScreen: true,
      canChooseSpeaker: true,
      canFlipCamera: false,
      mirrored: true,
      pushToTalk: false,
      musicMode: false,
    },
    call: {
      ...plainCall,
      effects: { ...plainCall.effects, canChangePicture: true, canChangeSound: true },
    },
    report: {
      fingerprint: '396729979300320516487159592435',
      people: [
        { device: keyOf(1), name: names[1], here: true },
        { device: keyOf(2), name: names[2], here: true },
        { device: keyOf(4), name: names[4], here: false },
      ],
      progress: { name: 'idle' },
    },
    activities: noActivities,
    viewOnly: false,
    board: noBoard,
    boardElements: [],
    boardPictures: [],
  };
}

const invitations: readonly InvitationView[] = [
  invitationOf('A', {}),
  invitationOf('B', {
    name: '王小明',
    personal: true,
    uses: 1,
    used: 1,
    tried: 2,
    straightIn: true,
    over: 'used',
  }),
  invitationOf('C', {
    name: 'Statistics office',
    uses: 10,
    used: 3,
    tried: 3,
    expires: NOW + 86_400_000,
    passphrase: true,
  }),
  invitationOf('D', { name: 'Henrike Baumann', personal: true, uses: 1 }),
  invitationOf('E', { name: null, link: null, uses: 5, over: 'revoked' }),
];

function invitationOf(letter: string, change: Partial<InvitationView>): InvitationView {
  return {
    key: invitationKey.parse(`${letter.repeat(42)}A`),
    name: '',
    link: `https://meet.example.gov.tw/m/k3J9dQpX2mVwZ8sT1nYbRg#${letter.repeat(50)}`,
    passphrase: false,
    personal: false,
    straightIn: false,
    uses: null,
    used: 0,
    tried: 0,
    expires: null,
    over: null,
    ...change,
  };
}

const knocks: readonly KnockView[] = [
  {
    knockId: knockId.parse('knock1AAAAAAAAAAAAAAAA'),
    device: keyOf(101),
    name: 'Henrike Baumann',
    message: 'I am from the statistics office, invited by Ada.',
    at: NOW + 240_000,
    trust: 'new',
    invitation: plainLink,
    identity: null,
  },
  {
    knockId: knockId.parse('knock2AAAAAAAAAAAAAAAA'),
    device: keyOf(102),
    name: '黃志偉',
    message: '',
    at: NOW + 260_000,
    trust: 'known',
    invitation: plainLink,
    identity: null,
  },
  {
    knockId: knockId.parse('knock3AAAAAAAAAAAAAAAA'),
    device: keyOf(103),
    name: 'Ada Okonkwo',
    message: '',
    at: NOW + 270_000,
    trust: 'changed',
    invitation: plainLink,
    identity: null,
  },
];

function poll(number: number, change: Partial<PollView>): PollView {
  const ref = { maker: keyOf(0), id: String(number).padStart(16, '0') };
  return {
    id: `${ref.maker}:${ref.id}`,
    ref,
    definition: {
      kind: 'single',
      question: 'Which draft should go to the cabinet?',
      options: ['Draft A', 'Draft B, with the amended third paragraph', '都不送'],
      anonymous: false,
    },
    stage: 'open',
    by: names[0],
    mine: true,
    chosen: null,
    ballots: 2,
    mayHandle: true,
    answer: null,
    tally: null,
    voters: null,
    ...change,
  };
}

const asGuest = (one: PollView): PollView => ({
  ...one,
  mine: false,
  mayHandle: false,
  ballots: one.definition.anonymous ? null : one.ballots,
  tally: one.stage === 'shared' ? one.tally : null,
});

const activities: ActivitiesView = {
  polls: [
    poll(1, {
      stage: 'shared',
      tally: { ballots: 7, counts: [4, 2, 1] },
      chosen: [0],
      voters: [
        { name: names[0], chosen: [0] },
        { name: names[1], chosen: [1] },
        { name: names[4], chosen: [2] },
      ],
    }),
    poll(2, {
      definition: {
        kind: 'quiz',
        question: 'HTTPS 的預設連接埠是哪一個？',
        options: ['80', '443', '8080'],
        anonymous: true,
      },
      stage: 'closed',
      answer: { option: 1, why: 'RFC 9110 §4.2.2' },
      tally: { ballots: 12, counts: [3, 9, 0] },
    }),
    poll(3, {
      definition: {
        kind: 'ranked',
        question: 'In which order?',
        options: ['Budget', 'Staff', 'Buildings'],
        anonymous: true,
      },
      chosen: [2, 0],
    }),
    poll(4, {
      definition: {
        kind: 'multiple',
        question: '下次會議可以的時間',
        options: ['星期一', '星期三', '星期五'],
        anonymous: false,
      },
    }),
    poll(5, {}),
  ],
  timer: { total: 600_000, left: 252_000, running: false, at: NOW },
  agenda: {
    items: [
      { text: 'Minutes of the last meeting', minutes: 5 },
      { text: '明年度預算草案', minutes: 20 },
      { text: 'Any other business', minutes: null },
    ],
    current: 1,
  },
  attendance: [0, 1, 4].map((number) => ({
    device: keyOf(number),
    name: names[number] ?? '',
    joined: NOW,
    left: number === 4 ? NOW + 900_000 : null,
    before: 900_000,
    since: null,
    hands: number,
    handUp: false,
  })),
};

function said(number: number, from: number, text: string, state: ChatMessageView['state'] = 'sent') {
  return {
    id: `chat${number}`,
    from: keyOf(from),
    name: names[from] ?? '',
    self: from === 0,
    text,
    at: NOW + number * 70_000,
    state,
    change: 'none',
    audience: { kind: 'everyone' },
    reply: null,
    mentions: [],
    file: null,
  } satisfies ChatMessageView;
}

const chat: readonly ChatMessageView[] = [
  said(1, 1, 'Good morning. The draft is on page 4.'),
  said(2, 1, 'https://www.ey.gov.tw/budget/2027?version=draft-2'),
  said(3, 0, '早安，我看過了。第三段的數字和上週的不一樣，等一下請志明說明。'),
  said(
    11,
    4,
    'I would suggest that we postpone the decision on the second item until the ministry has answered; averylongwordwithoutanyspaceswhichmustnotbreakthelayoutatall.',
  ),
  said(12, 0, 'Agreed', 'sending'),
  said(13, 0, 'See (https://example.org/minutes).', 'failed'),
];

/** A picture as a sender's device makes it. */
function picture(): Uint8Array {
  const canvas = document.createElement('canvas');
  canvas.width = 240;
  canvas.height = 150;
  const context = canvas.getContext('2d');
  for (const [place, colour] of ['#8fa6a0', '#c9b98f', '#5d7268'].entries()) {
    if (context === null) continue;
    context.fillStyle = colour;
    context.fillRect(0, place * 50, 240, 50);
  }
  const [, data = ''] = canvas.toDataURL('image/webp').split(',');
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}

const file = { name: '預算草案 2027.pdf', mime: 'application/pdf', size: 2_483_112, preview: null } as const;

const richChat = (): ChatMessageView[] => [
  said(
    1,
    1,
    'Good morning. **Three** points, @林美華:\n- the _draft_ is on page 4\n- figures in `budget.xlsx`\n- see [the minutes](https://example.org/minutes)',
  ),
  { ...said(2, 1, ''), file },
  {
    ...said(3, 0, '早安，我看過了。'),
    reply: { id: 'chat1', name: 'Ada Okonkwo', text: 'Good morning. Three points' },
    change: 'edited',
  },
  {
    ...said(4, 2, '可以私下問一下第三段嗎？'),
    audience: { kind: 'person', device: keyOf(0), name: '林美華' },
  },
  {
    ...said(5, 0, 'Of course: https://аpple.com/login is **not** ours.'),
    audience: { kind: 'person', device: keyOf(2), name: '陳志明' },
  },
  { ...said(6, 1, ''), change: 'deleted' },
  said(7, 1, '> the ministry has answered\n```\nSELECT 1;\n```'),
  {
    ...said(8, 0, '', 'sending'),
    file: {
      ...file,
      name: 'IMG_2041.jpg',
      mime: 'image/jpeg',
      preview: { type: 'image/webp', width: 240, height: 150, bytes: picture() },
    },
  },
  { ...said(9, 1, ''), file: { ...file, name: 'recording.webm', size: 734_003_200 } },
];

const alarms: readonly AlarmView[] = [
  { id: 'a1', alarm: { kind: 'ghost', devices: [keyOf(66)] }, at: NOW + 300_000 },
  { id: 'a2', alarm: { kind: 'identity-changed', device: keyOf(1), name: 'Ada Okonkwo' }, at: NOW + 330_000 },
];

const people = (count: number) =>
  Array.from({ length: count }, (_, number) => memberOf(number, number === 1 ? { level: 0.5 } : {}));

const stream = {
  scalabilityMode: null,
  rid: null,
  width: null,
  height: null,
  framesPerSecond: null,
  loss: 0,
  jitter: 0.012,
  rttMs: 48,
  limitation: null,
  layer: null,
  path: { protocol: 'udp', relay: false, family: 6 },
} as const;

const streams: readonly StreamView[] = [
  {
    ...stream,
    direction: 'send',
    device: null,
    source: 'camera',
    codec: 'video/VP9',
    scalabilityMode: 'L3T3_KEY',
    width: 1280,
    height: 720,
    framesPerSecond: 29.6,
    bitrate: 1_320_000,
    limitation: 'bandwidth',
    frames: { passed: 48_213, dropped: 0 },
  },
  {
    ...stream,
    direction: 'receive',
    device: keyOf(1),
    source: 'microphone',
    codec: 'audio/opus',
    bitrate: 41_000,
    loss: 0.071,
    frames: { passed: 90_112, dropped: 3 },
  },
];

/** People of whom some share a screen. */
const sharing = (count: number, ...sharers: readonly number[]) =>
  people(count).map((member, number) =>
    sharers.includes(number)
      ? {
          ...member,
          sources: {
            ...member.sources,
            screen: { state: 'live' as const, track: document_(), seal: 'sealed' as const },
          },
        }
      : member,
  );

/** Every state the interface is looked at in, by name. */
export const scenarios: Readonly<Record<string, () => MeetingView>> = {
  ...enteringScenarios(base),
  ...hostingScenarios(base),
  ...breakoutScenarios(base),
  maintenance: () => ({
    ...base(),
    notices: [{ id: 'n9', notice: { kind: 'maintenance', until: NOW + 30 * 60_000 }, at: NOW }],
  }),
  alone: () => ({ ...base(), members: [memberOf(0)] }),
  two: () => ({ ...base(), members: people(2) }),
  three: base,
  'nine-states': () => ({
    ...base(),
    members: people(9).map((member, number) => {
      const { sources } = member;
      if (number === 2) return { ...member, hand: NOW + 2 };
      if (number === 4) return { ...member, hand: NOW + 1, connection: 'poor' as const };
      if (number === 5)
        return {
          ...member,
          sources: {
            ...sources,
            camera: { state: 'live' as const, track: null, seal: 'verifying' as const },
          },
        };
      if (number === 6)
        return {
          ...member,
          sources: { ...sources, camera: { state: 'live' as const, track: null, seal: 'cut' as const } },
        };
      return member;
    }),
    reactions: [{ id: 'r1', from: keyOf(1), emoji: '👏' }],
    notices: [{ id: 'n1', notice: { kind: 'joined', name: '張庭瑋' }, at: NOW }],
    locked: true,
  }),
  five: () => ({ ...base(), members: people(5) }),
  sixteen: () => ({ ...base(), members: people(16) }),
  'twenty-five': () => ({ ...base(), members: people(25) }),
  'forty-nine': () => ({ ...base(), members: people(49) }),
  'sixty-four': () => ({ ...base(), members: people(64) }),
  'screen-share': () => ({ ...base(), members: sharing(5, 1) }),
  'two-shares': () => ({ ...base(), members: sharing(40, 1, 6) }),
  'own-share': () => ({
    ...base(),
    call: { ...base().call, watchers: [keyOf(1), keyOf(2)] },
    members: people(3).map((member, number) =>
      number === 0
        ? {
            ...member,
            sources: {
              ...member.sources,
              screen: { state: 'live' as const, track: null, seal: 'sealed' as const },
            },
          }
        : member,
    ),
  }),
  'poor-connection': () => ({
    ...base(),
    members: people(4).map((member, number) =>
      number === 2 ? { ...member, connection: 'poor' as const } : member,
    ),
    call: {
      ...base().call,
      quality: {
        level: 'poor',
        reasons: [
          { kind: 'packet-loss', direction: 'receive', percent: 7 },
          { kind: 'slow-upload' },
          { kind: 'other-side', devices: [keyOf(2)] },
        ],
      },
      usage: 'low-data',
      streams,
    },
  }),
  'device-lost': () => ({
    ...base(),
    notices: [{ id: 'n3', notice: { kind: 'device-lost', source: 'microphone' }, at: NOW }],
  }),
  'device-starting': () => ({ ...base(), devices: { ...base().devices, cameraState: 'asking' } }),
  'device-failed': () => ({
    ...base(),
    devices: { ...base().devices, cameraState: 'denied' },
    notices: [{ id: 'n5', notice: { kind: 'device-failed', source: 'camera', fault: 'denied' }, at: NOW }],
    members: people(2).map((member) =>
      member.self ? { ...member, sources: { ...member.sources, camera: off } } : member,
    ),
  }),
  'talking-while-muted': () => ({
    ...base(),
    notices: [{ id: 'n4', notice: { kind: 'talking-while-muted' }, at: NOW }],
    members: people(2).map((member) =>
      member.self ? { ...member, sources: { ...member.sources, microphone: mutedSource } } : member,
    ),
  }),
  lobby: () => ({ ...base(), knocks }),
  invitations: () => ({
    ...base(),
    members: [memberOf(0), memberOf(1, { invitation: invitations[2]?.key ?? null }), memberOf(2)],
    invitations,
  }),
  'no-invitations': () => ({ ...base(), invitations: invitations.slice(0, 1) }),
  student: () => ({ ...base(), role: 'participant', rights: new Set(['speak', 'camera', 'react']) }),
  chat: () => ({ ...base(), chat }),
  'chat-rich': () => ({
    ...base(),
    chat: richChat().map((message) =>
      message.id === 'chat1' ? { ...message, mentions: [{ device: keyOf(0), name: '林美華' }] } : message,
    ),
    transfers: [
      { id: 'chat8', direction: 'up', state: 'running', done: 42, total: 100, error: null },
      { id: 'chat9', direction: 'down', state: 'failed', done: 10, total: 100, error: 'tampered' },
      { id: 'chat2', direction: 'down', state: 'done', done: 100, total: 100, error: null },
    ],
  }),
  'chat-long': () => ({
    ...base(),
    chat: Array.from({ length: 2_000 }, (_, number) => ({
      ...said(number, number % 3, `Message **${number}** about https://example.org/${number}`),
      id: `long${number}`,
    })),
  }),
  'chat-class': () => ({
    ...base(),
    chat: chat.slice(0, 2),
    role: 'participant' as const,
    members: base().members.map((member, number) => ({
      ...member,
      role: number === 1 ? ('host' as const) : ('participant' as const),
    })),
    rights: new Set(['chatHosts', 'camera', 'react'] as const),
  }),
  board: () => ({ ...base(), ...drawnBoard() }),
  'board-viewer': () => ({
    ...base(),
    ...drawnBoard(),
    viewOnly: true,
    role: 'participant',
    rights: new Set(['speak', 'camera', 'chat', 'react']),
  }),
  'board-differs': () => {
    const drawn = drawnBoard();
    return { ...base(), ...drawn, board: { ...drawn.board, differs: [keyOf(2)] } };
  },
  'board-screen': () => ({ ...base(), members: sharing(3, 1), ...drawnScreen() }),
  activities: () => ({ ...base(), activities }),
  'activities-guest': () => ({
    ...base(),
    activities: { ...activities, attendance: [], polls: activities.polls.map(asGuest) },
    role: 'guest',
    rights: new Set(['camera', 'react'] as const),
  }),
  verifying: () => ({
    ...base(),
    seal: { ...base().seal, state: 'verifying' },
    members: people(3).map((member) =>
      member.self
        ? member
        : {
            ...member,
            sources: { ...member.sources, camera: { state: 'live', track: null, seal: 'verifying' } },
          },
    ),
  }),
  alarms: () => ({
    ...base(),
    alarms,
    seal: { ...base().seal, state: 'warning' },
  }),
  recording: () => ({
    ...base(),
    recording: [keyOf(0), keyOf(1)],
    recordingAccepted: false,
    recorder: { state: 'running', ms: 754_000, bytes: 48_200_000, failure: null },
    captions: [
      {
        id: 'c1',
        from: keyOf(2),
        name: names[2],
        self: false,
        text: '接下來請各單位報告進度，每位三分鐘。',
        final: true,
        lang: 'zh-TW',
        spoken: false,
        at: NOW + 600_000,
      },
    ],
  }),
  reconnecting: () => ({
    ...base(),
    connection: 'reconnecting',
    members: people(3).map((member) => (member.self ? member : { ...member, connection: 'lost' as const })),
  }),
  muted: () => ({
    ...base(),
    notices: [
      {
        id: 'n2',
        notice: { kind: 'stopped-by-host', sources: ['microphone', 'camera'], by: '陳大文' },
        at: NOW,
      },
    ],
    members: people(4).map((member) =>
      member.self
        ? {
            ...member,
            role: 'guest' as const,
            sources: {
              ...member.sources,
              microphone: { state: 'blocked' as const, track: null, seal: 'none' as const },
              camera: off,
            },
          }
        : member,
    ),
    role: 'guest',
    rights: new Set(['camera', 'react'] as const),
  }),
};
