import type { AdminDesk } from '../../../client/ui/admin/adminDesk.ts';
import { reportId } from '../../../shared/ids.ts';
import { accountId } from '../../../shared/protocol/accounts.ts';
import type {
  AdminAccount,
  AuditRow,
  LiveMeetingView,
  NodeFigures,
  Overview,
  Sample,
} from '../../../shared/protocol/admin.ts';
import { sitePolicies } from '../../support/sitePolicies.ts';

const NOW = Date.UTC(2026, 10, 24, 9, 30);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const id = (letter: string) => accountId.parse(`${letter.repeat(21)}A`);

/** An hour of a school's morning: it fills, has a break, and fills again. */
const samples: readonly Sample[] = Array.from({ length: 120 }, (_, n) => {
  const wave = 0.55 + 0.45 * Math.sin(n / 14) * Math.cos(n / 37);
  return {
    at: NOW - (119 - n) * 30_000,
    meetings: Math.round(9 * wave),
    people: Math.round(240 * wave),
    streamsIn: Math.round(300 * wave),
    streamsOut: Math.round(2_100 * wave),
    bitsIn: 180e6 * wave,
    bitsOut: 910e6 * wave,
    mediaCpu: 0.62 * wave,
    serverCpu: 0.11 + 0.04 * Math.sin(n),
  };
});

const meetings: readonly LiveMeetingView[] = [
  {
    meeting: 'n0Hq2vZk8sLwXe4T',
    since: NOW - 52 * MINUTE,
    members: 31,
    waiting: 2,
    connected: 33,
    streamsIn: 38,
    streamsOut: 402,
    weak: 0,
    node: 'taipei-1',
  },
  {
    meeting: 'Y7bPq-3fMd9xKc1A',
    since: NOW - 18 * MINUTE,
    members: 12,
    waiting: 0,
    connected: 12,
    streamsIn: 20,
    streamsOut: 170,
    weak: 6,
    node: 'taipei-1',
  },
  {
    meeting: 'c_W5rTz6uJ0oGh2E',
    since: NOW - 3 * MINUTE,
    members: 1,
    waiting: 0,
    connected: 1,
    streamsIn: 0,
    streamsOut: 0,
    weak: 0,
    node: 'taipei-1',
  },
];

const accounts: readonly AdminAccount[] = [
  {
    id: id('A'),
    name: '林美華 Lin Mei-hua',
    role: 'admin',
    kind: 'local',
    createdAt: NOW - 90 * DAY,
    sessions: 2,
    passkeys: 1,
    self: true,
  },
  {
    id: id('B'),
    name: '陳建宏',
    role: 'host',
    kind: 'provider',
    createdAt: NOW - 40 * DAY,
    sessions: 1,
    passkeys: 0,
    self: false,
  },
  {
    id: id('C'),
    name: 'Bertrand',
    role: 'host',
    kind: 'local',
    createdAt: NOW - 2 * DAY,
    sessions: 0,
    passkeys: 0,
    self: false,
  },
];

const rows: readonly AuditRow[] = [
  {
    seq: 4_711,
    at: NOW - MINUTE,
    kind: 'meeting-stopped',
    details: [
      ['meeting', 'Qm2xW9cT5rLz0vHs'],
      ['by', id('A')],
    ],
  },
  {
    seq: 4_710,
    at: NOW - 7 * MINUTE,
    kind: 'sign-in',
    details: [
      ['way', 'passkey'],
      ['account', id('A')],
      ['role', 'admin'],
      ['from', 'k3Jv8sXq0ZrTm1Wc'],
    ],
  },
  {
    seq: 4_709,
    at: NOW - 20 * MINUTE,
    kind: 'limited',
    details: [
      ['what', 'founding'],
      ['from', 'pL0dR4uYh7EwNb2S'],
    ],
  },
  {
    seq: 4_708,
    at: NOW - 61 * MINUTE,
    kind: 'signed',
    details: [['signature', '9vX0c1mQe7T3yRk5LwZs8uHdPoJgBnFaIi2VtMqWxYzCrEbKlUhSdGfA4jN6pO']],
  },
];

/** A site to be administered, that notes what was asked. */
export function fakeAdmin(note: (action: string) => void): AdminDesk {
  const state = new URLSearchParams(location.search).get('admin') ?? 'busy';
  const quiet = state === 'quiet';
  let drainUntil: number | null = state === 'draining' ? NOW + 30 * MINUTE : null;
  let running = quiet ? [] : meetings;
  const figures = (busy: boolean): NodeFigures => ({
    version: '0.1.0',
    workers: { running: state === 'draining' ? 3 : 4, wanted: 4 },
    drain: { until: busy ? drainUntil : null, final: false, minutes: 120 },
    connections: busy ? running.reduce((sum, { connected }) => sum + connected, 0) : 0,
    samples: quiet ? [] : [...samples],
  });
  const overview = (): Overview => ({
    now: NOW,
    nodes: quiet
      ? [
          {
            name: 'this server',
            region: null,
            load: 0.02,
            draining: false,
            here: true,
            figures: figures(true),
          },
        ]
      : [
          {
            name: 'taipei-1',
            region: 'Taipei',
            load: 0.64,
            draining: drainUntil !== null,
            here: true,
            figures: figures(true),
          },
          {
            name: 'kaohsiung-1',
            region: 'Kaohsiung',
            load: 0.21,
            draining: false,
            here: false,
            figures: state === 'draining' ? null : figures(false),
          },
        ],
    meetings: [...running],
  });
  return {
    async overview() {
      if (state === 'unproven') throw Object.assign(new Error(), { code: 'passkey-required' });
      return overview();
    },
    async endMeeting(which) {
      note(`endMeeting ${JSON.stringify(which)}`);
      if ('meeting' in which) running = running.filter(({ meeting }) => meeting !== which.meeting);
    },
    async findMeeting(number) {
      note(`findMeeting ${number}`);
      return { meeting: 'n0Hq2vZk8sLwXe4T', state: 'open', createdAt: NOW - 3 * DAY };
    },
    async drain(node, minutes) {
      note(`drain ${node} ${minutes}`);
      drainUntil = minutes === null ? null : NOW + minutes * MINUTE;
    },
    accounts: async () => (quiet ? [] : accounts),
    setRole: async (account, role) => note(`setRole ${account} ${role}`),
    revokeSessions: async (account) => note(`revokeSessions ${account}`),
    removeAccount: async (account) => note(`removeAccount ${account}`),
    invites: async () =>
      quiet
        ? []
        : [
            { id: `${'i'.repeat(42)}A`, name: '資訊組', role: 'admin', reopens: false, expiresAt: NOW + DAY },
            {
              id: `${'j'.repeat(42)}A`,
              name: 'Bertrand',
              role: 'host',
              reopens: true,
              expiresAt: NOW + 3 * DAY,
            },
          ],
    async makeInvite(invite) {
      note(`makeInvite ${JSON.stringify(invite)}`);
      return `${location.origin}/invited#${'t'.repeat(43)}`;
    },
    withdrawInvite: async (invite) => note(`withdrawInvite ${invite}`),
    policies: async () => ({
      here: {
        ...sitePolicies,
        create: 'signed-in',
        networks: ['192.0.2.0/24', '2001:db8::/32'],
        reportDays: 90,
        reports: !quiet,
        fileMax: 1_024,
        drainMinutes: 120,
        provider: 'Ministry account',
      },
      others: quiet ? [] : [{ node: 'tainan-1', differs: ['guests', 'recording'] }],
    }),
    reports: async () =>
      quiet
        ? []
        : ['R', 'S'].map((letter, n) => ({
            id: reportId.parse(`${letter.repeat(21)}A`),
            meeting: meetings[n]?.meeting ?? '',
            receivedAt: NOW - (n + 1) * DAY,
            bytes: 16_384 * (n + 1),
          })),
    async fetchReport(report) {
      note(`fetchReport ${report}`);
      return new Blob(['sealed']);
    },
    removeReport: async (report) => note(`removeReport ${report}`),
    async audit(query) {
      note(`audit ${JSON.stringify({ ...query, since: query.since === null ? null : 'then' })}`);
      const fitting = rows.filter(({ kind }) => query.kinds.length === 0 || query.kinds.includes(kind));
      const isOver = quiet || query.before !== null;
      return { rows: isOver ? [] : fitting, next: isOver ? null : 4_708 };
    },
    async exportAudit() {
      note('exportAudit');
      return new Blob(['{}\n']);
    },
    verifyAudit: async () =>
      state === 'broken'
        ? { ok: false, seq: 4_001, why: 'unlinked' }
        : {
            ok: true,
            entries: 4_711,
            head: 'Yk3sV0qTz8WmLx5cR1uHdP7oJgBnFaE2iVtMqWxYzCr',
            signedUpTo: 4_707,
            siteKey: 'b8Zr2XqWm0TvLs5cK1uHdP7oJgYnFaE3iVtMqWxRzCs',
          },
    diagnose: async () => ({
      at: NOW,
      findings: [
        { state: 'green', found: { code: 'database-whole' } },
        {
          state: 'amber',
          found: { code: 'buffers-small', settings: ['rmem_max', 'wmem_max'], bytes: 2_500_000 },
        },
        {
          state: 'red',
          found: {
            code: 'media-silent',
            place: { protocol: 'udp', address: '203.0.113.7', port: 44_400 },
          },
        },
      ],
    }),
  };
}
