import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../server/store/accountStore.ts';
import { KyselyAudit } from '../../server/store/auditStore.ts';
import { DatabaseUnavailable } from '../../server/store/databaseError.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { KyselyReports } from '../../server/store/kyselyReports.ts';
import { KyselyStore } from '../../server/store/kyselyStore.ts';
import { databasePath, openSite } from '../../server/store/open.ts';
import type { Tables } from '../../server/store/tables.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import {
  blobId,
  deviceKey,
  type MeetingId,
  meetingId,
  type RecordHash,
  recordHash,
  reportId,
} from '../../shared/ids.ts';
import { accountId, sessionId } from '../../shared/protocol/accounts.ts';
import { TestPostgres } from '../support/postgres.ts';

const id = (length: number, n: number) => toBase64Url(new Uint8Array(length).fill(n));
const meeting: MeetingId = meetingId.parse(id(16, 7));
const hash = (n: number): RecordHash => recordHash.parse(id(32, n));
const record = (n: number) => ({ bytes: new Uint8Array([n, 0, 255]), signature: new Uint8Array(64).fill(n) });
const append = (seq: number, prev: number, next: number) => ({
  prev: hash(prev),
  seq,
  record: record(next),
  hash: hash(next),
});
const NOW = 1_700_000_000_000;
const genesis = { id: meeting, createdAt: NOW, records: [{ record: record(1), hash: hash(1) }] };
const account = (n: number, subject: string): Account & { readonly subject: object } => ({
  id: accountId.parse(id(16, n)),
  subject: { issuer: 'https://issuer.example', subject },
  name: `Name ${n}`,
  role: 'host',
  createdAt: NOW + n,
});
const only = <Value>(values: readonly Value[], value: Value) =>
  values.filter((each) => each === value).length;

let postgres: TestPostgres;
let folder: string;

beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What one server has open. */
class Server {
  readonly tables: Kysely<Tables>;
  readonly meetings: KyselyStore;
  readonly accounts: KyselyAccounts;
  readonly reports: KyselyReports;
  readonly audit: KyselyAudit;

  constructor(tables: Kysely<Tables>) {
    this.tables = tables;
    this.meetings = new KyselyStore(tables);
    this.accounts = new KyselyAccounts(tables);
    this.reports = new KyselyReports(tables);
    this.audit = new KyselyAudit(tables);
  }
}

const kinds = [
  { kind: 'SQLite', database: () => Promise.resolve(null), servers: 1 },
  { kind: 'PostgreSQL', database: () => postgres.database(), servers: 3 },
];

describe.each(kinds)('stores on $kind', ({ database, servers: count }) => {
  let place: { dataDir: string; databaseUrl: string | null };
  let servers: Server[];
  let store: KyselyStore;
  let accounts: KyselyAccounts;

  /** All at once, so that they also race to make the tables. */
  const open = async () => {
    const opened = await Promise.all(Array.from({ length: count }, () => openSite(place)));
    servers = opened.map((tables) => new Server(tables));
    const [first] = servers;
    if (!first) throw new Error('no server');
    ({ meetings: store, accounts } = first);
  };
  const close = () => Promise.all(servers.map(({ meetings }) => meetings.close()));

  /** Something eight times at the same time, on all servers in turn. */
  const race = <Value>(work: (server: Server, n: number) => Promise<Value>): Promise<Value[]> =>
    Promise.all(
      Array.from({ length: 8 }, (_, n) => {
        const server = servers[n % servers.length];
        if (!server) throw new Error('no server');
        return work(server, n);
      }),
    );

  beforeEach(async () => {
    place = { dataDir: folder, databaseUrl: await database() };
    await open();
  });
  afterEach(close);

  it('keeps meetings and exact record bytes across a restart', async () => {
    expect(await store.create(genesis)).toBe('created');
    expect(await store.append(meeting, append(1, 1, 2))).toBe('appended');
    await close();
    await open();
    expect(await store.find(meeting)).toEqual({ id: meeting, createdAt: NOW, endedAt: null, head: hash(2) });
    const records = await store.records(meeting);
    expect(records.map(({ bytes }) => [...bytes])).toEqual([
      [1, 0, 255],
      [2, 0, 255],
    ]);
    expect(records.map(({ signature }) => signature.length)).toEqual([64, 64]);
  });

  it('creates a meeting once', async () => {
    const outcomes = await race(({ meetings }) => meetings.create(genesis));
    expect(only(outcomes, 'created')).toBe(1);
    expect(only(outcomes, 'exists')).toBe(7);
    expect(await store.records(meeting)).toHaveLength(1);
  });

  it('lets one of many concurrent appends win', async () => {
    await store.create(genesis);
    const outcomes = await race(({ meetings }, n) => meetings.append(meeting, append(1, 1, n + 2)));
    expect(only(outcomes, 'appended')).toBe(1);
    expect(only(outcomes, 'conflict')).toBe(7);
    expect(await store.records(meeting)).toHaveLength(2);
  });

  it('says of a record that stands already that it stands', async () => {
    await store.create(genesis);
    const outcomes = await race(({ meetings }) => meetings.append(meeting, append(1, 1, 2)));
    expect(only(outcomes, 'appended')).toBe(8);
    expect(await store.records(meeting)).toHaveLength(2);
  });

  it('appends nothing to an unknown or ended meeting', async () => {
    expect(await store.append(meeting, append(1, 1, 2))).toBe('conflict');
    await store.create(genesis);
    expect(await store.append(meeting, { ...append(1, 1, 2), endedAt: NOW + 5 })).toBe('appended');
    expect((await store.find(meeting))?.endedAt).toBe(NOW + 5);
    expect(await store.append(meeting, append(2, 2, 3))).toBe('conflict');
  });

  it('rolls the head back when the record cannot be written', async () => {
    await store.create(genesis);
    // Position 0 is taken by genesis, so the insert fails after the head was moved.
    await expect(store.append(meeting, append(0, 1, 2))).rejects.toThrow();
    expect((await store.find(meeting))?.head).toBe(hash(1));
  });

  it('keeps quotas of files and reports when all come at once', async () => {
    await store.create(genesis);
    const quota = { total: 300, meeting: 300, device: 300 };
    const files = await race(({ meetings }, n) =>
      meetings.blobs.add(
        {
          id: blobId.parse(id(16, n)),
          meeting,
          owner: deviceKey.parse(id(32, 9)),
          size: 100,
          createdAt: NOW,
          expiresAt: NOW + 1_000,
          complete: false,
        },
        quota,
      ),
    );
    expect(only(files, 'added')).toBe(3);
    const sealed = new Uint8Array([0, 1, 255]);
    const kept = await race(({ reports }, n) =>
      reports.add({ id: reportId.parse(id(16, n)), meeting, receivedAt: NOW + n, sealed }, 2),
    );
    expect(only(kept, 'added')).toBe(2);
    const [server] = servers;
    const listed = (await server?.reports.list()) ?? [];
    expect(listed.map(({ bytes }) => bytes)).toEqual([3, 3]);
    const [first] = listed;
    expect([...((first && (await server?.reports.find(first.id))?.sealed) ?? [])]).toEqual([...sealed]);
  });

  it('forgets ended meetings, but not those of which something is kept', async () => {
    await store.create({ ...genesis, id: meetingId.parse(id(16, 8)) });
    await store.append(meetingId.parse(id(16, 8)), { ...append(1, 1, 2), endedAt: NOW });
    await store.create(genesis);
    await store.append(meeting, { ...append(1, 1, 2), endedAt: NOW });
    await servers[0]?.reports.add(
      { id: reportId.parse(id(16, 1)), meeting, receivedAt: NOW, sealed: new Uint8Array(3) },
      9,
    );
    expect(await store.forget(NOW + 1)).toBe(1);
    expect(await store.find(meeting)).not.toBeNull();
  });

  it('chains the audit log without gaps or branches', async () => {
    await race(({ audit }, n) =>
      audit.append((head) => {
        const seq = (head?.seq ?? 0) + 1;
        return {
          line: { seq, line: `${head?.hash} ${n}` },
          head: { seq, hash: `hash ${n}`, signature: 's' },
        };
      }),
    );
    const lines = (await servers[0]?.audit.lines(1, 100)) ?? [];
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    // Each follows another one, and no two the same.
    expect(new Set(lines.map(({ line }) => line.split(' ').slice(0, -1).join(' '))).size).toBe(lines.length);
    expect(await servers[0]?.audit.head()).toMatchObject({ seq: lines.length });
  });

  it('keeps one account for each subject, and hands links and steps out once', async () => {
    const kept = await race(({ accounts: each }, n) => each.keepProviderAccount(account(n + 1, 'lin')));
    expect(new Set(kept.map((each) => each.id)).size).toBe(1);
    expect(await accounts.accounts()).toHaveLength(1);
    await accounts.addInvite({ token: 't', account: null, name: 'Bo', role: 'host', expiresAt: NOW + 9 });
    const invites = await race(({ accounts: each }) => each.takeInvite('t', NOW));
    expect(invites.filter((each) => each !== null)).toEqual([
      { token: 't', account: null, name: 'Bo', role: 'host', expiresAt: NOW + 9 },
    ]);
    await accounts.addCeremony({ id: 'c', kind: 'provider', data: '{}', expiresAt: NOW + 9 });
    const steps = await race(({ accounts: each }) => each.takeCeremony('c', 'provider', NOW));
    expect(only(steps, '{}')).toBe(1);
  });

  it('replaces a session, a passkey counter and a sealed list for one of many', async () => {
    const { id: owner } = await accounts.keepProviderAccount(account(1, 'lin'));
    const session = {
      id: sessionId.parse(id(16, 3)),
      account: owner,
      token: 'old',
      previous: null,
      rotatedAt: NOW,
      confirmedAt: null,
      device: 'Firefox',
      createdAt: NOW,
      seenAt: NOW,
      provenAt: null,
      expiresAt: NOW + 9,
    };
    await accounts.addSession(session);
    expect(await accounts.sessionByToken('old')).toEqual(session);
    const rotated = await race(({ accounts: each }, n) =>
      each.updateSession(session, { ...session, token: `new ${n}`, previous: 'old' }),
    );
    expect(only(rotated, true)).toBe(1);
    const passkey = {
      id: 'p',
      account: owner,
      publicKey: new Uint8Array([1, 0, 255]),
      counter: 4,
      name: 'Key',
    };
    const added = await race(({ accounts: each }) =>
      each.addPasskey({ ...passkey, createdAt: NOW, usedAt: null }),
    );
    expect(only(added, 'added')).toBe(1);
    expect(await accounts.passkey('p')).toEqual({ ...passkey, createdAt: NOW, usedAt: null });
    expect(only(await race(({ accounts: each }) => each.usePasskey('p', 5, NOW)), true)).toBe(1);
    const first = await race(({ accounts: each }, n) => each.putLibrary(owner, 0, new Uint8Array([n])));
    expect(only(first, 'put')).toBe(1);
    const second = await race(({ accounts: each }, n) => each.putLibrary(owner, 1, new Uint8Array([n, 9])));
    expect(only(second, 'put')).toBe(1);
    const kept = await accounts.library(owner);
    expect([kept?.version, [...(kept?.sealed ?? [])]]).toEqual([2, [second.indexOf('put'), 9]]);
    expect(await accounts.removeAccount(owner)).toBe(true);
    expect(await accounts.sessions(owner)).toEqual([]);
  });

  it('closes twice', async () => {
    await store.close();
    await store.close();
  });
});

describe('SQLite', () => {
  it('runs in WAL mode and holds these tables only', async () => {
    const store = new KyselyStore(await openSite({ dataDir: folder, databaseUrl: null }));
    await store.create(genesis);
    await store.close();
    const sqlite = new DatabaseSync(databasePath(folder), { readOnly: true });
    try {
      expect(sqlite.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
      const tables = sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
      const own = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith('kysely_'));
      expect(own.sort()).toEqual([
        'accounts',
        'audit',
        'audit_head',
        'blob_parts',
        'blobs',
        'ceremonies',
        'invites',
        'libraries',
        'meetings',
        'passkeys',
        'records',
        'reports',
        'rooms',
        'sessions',
      ]);
    } finally {
      sqlite.close();
    }
  });
});

describe('PostgreSQL', () => {
  it('names a lost database for what it is, and goes on when it is back', async () => {
    const store = new KyselyStore(
      await openSite({ dataDir: folder, databaseUrl: await postgres.database() }),
    );
    try {
      await store.create(genesis);
      await postgres.kill();
      await expect(store.find(meeting)).rejects.toThrow(DatabaseUnavailable);
      await expect(store.append(meeting, append(1, 1, 2))).rejects.toThrow(DatabaseUnavailable);
      await postgres.run();
      expect(await store.append(meeting, append(1, 1, 2))).toBe('appended');
      expect(await store.records(meeting)).toHaveLength(2);
    } finally {
      await store.close();
    }
  });

  it('finishes what it was asked while the database restarts', async () => {
    const store = new KyselyStore(
      await openSite({ dataDir: folder, databaseUrl: await postgres.database() }),
    );
    try {
      await store.create(genesis);
      await postgres.kill();
      const appending = store.append(meeting, append(1, 1, 2));
      await postgres.run();
      expect(await appending).toBe('appended');
    } finally {
      await store.close();
    }
  });
});
