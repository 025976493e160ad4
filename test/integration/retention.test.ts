import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { reportId } from '../../shared/ids.ts';
import { SkippingClock } from '../support/skippingClock.ts';
import { until } from '../support/until.ts';
import { Visitor } from '../support/visitor.ts';
import { founding, Host } from './http/genesis.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let folder: string;
let clock: SkippingClock;
let server: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealroom-retention-'));
  clock = new SkippingClock();
  const config = readConfig({
    SEALROOM_PORT: '0',
    SEALROOM_DATA: join(folder, 'data'),
    SEALROOM_WORKERS: '1',
    SEALROOM_KEEP_DAYS: '2',
    SEALROOM_REPORT_DAYS: '4',
  });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  server = await startServer(
    { ...config, media, logLevel: 'silent' },
    {
      workerBin: await ensureWorkerBinary(),
      clientDir: folder,
      clock: {
        now: () => clock.now(),
        at: (time, task) => clock.after(Math.max(0, time - clock.now()), task),
      },
    },
  );
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function founded(): Promise<Host> {
  const host = new Host();
  const site = new Visitor(`http://127.0.0.1:${server.port}`);
  const answer = await site.api('POST', '/meetings', founding(host.genesis()));
  expect(answer.ok).toBe(true);
  return host;
}

/** A meeting that ended so many days ago. */
async function ended(days: number): Promise<Host> {
  const host = await founded();
  const stored = await server.store.find(host.meeting);
  const record = host.sign({ type: 'end' });
  if (!stored || !host.head) throw new Error('not stored');
  const endedAt = clock.now() - days * DAY;
  await server.store.append(host.meeting, { prev: stored.head, seq: 1, record, hash: host.head, endedAt });
  return host;
}

const kept = async ({ meeting }: Host) => (await server.store.records(meeting)).length;

/** Days pass, and then as many hours as the server takes to look. */
async function gone(what: string, after: number, left: () => Promise<number>): Promise<void> {
  clock.skip(after * DAY);
  const look = () => {
    clock.skip(HOUR);
    return left();
  };
  await until(look, (count) => count === 0, what, 10_000);
}

it('records of ended meetings are deleted when their time is over', async () => {
  const [open, earlier, later] = [await founded(), await ended(1), await ended(0)];
  expect(await Promise.all([open, earlier, later].map(kept))).toEqual([1, 2, 2]);
  await gone('the earlier one', 1, () => kept(earlier));
  expect(await Promise.all([open, later].map(kept))).toEqual([1, 2]);
  await gone('the later one', 1, () => kept(later));
  expect(await kept(open)).toBe(1);
});

it('reports are deleted when theirs is over, and keep the meeting until then', async () => {
  const [reported, other] = [await ended(0), await ended(0)];
  const { meeting } = reported;
  const add = (letter: string, days: number) => {
    const id = reportId.parse(`${letter.repeat(21)}A`);
    const receivedAt = clock.now() - days * DAY;
    return server.reports.add({ id, meeting, receivedAt, sealed: new Uint8Array([1]) }, 10);
  };
  await add('P', 1);
  await add('Q', 0);
  const reports = async () => (await server.reports.list()).length;
  await gone('the meeting without a report', 2, () => kept(other));
  expect([await reports(), await kept(reported)]).toEqual([2, 2]);
  await gone('the first report', 1, async () => (await reports()) - 1);
  expect(await kept(reported)).toBe(2);
  await gone('the second', 1, reports);
  await gone('the meeting', 0, () => kept(reported));
});
