import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import { Probes, probesAtATime } from '../../server/media/probes.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { WorkerPool } from '../../server/media/workerPool.ts';
import { until } from '../support/until.ts';
import { Gathering } from './signaling/meeting.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

describe('test transports', () => {
  let pool: WorkerPool;

  beforeEach(async () => {
    pool = await WorkerPool.start({
      workerBin: await ensureWorkerBinary(),
      media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 1 },
      log: createLog('silent'),
    });
  });
  afterEach(() => pool.close());

  it('close by themselves', async () => {
    const probes = new Probes(pool, null, 200);
    const { iceCandidates, iceServers, lifetimeMs } = await probes.open();
    expect(iceCandidates.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
    expect(iceServers).toEqual([]);
    expect(lifetimeMs).toBe(200);
    await until(
      () => probes.size,
      (size) => size === 0,
      'closed',
    );
  });

  it('are limited in number, those being made included', async () => {
    const probes = new Probes(pool, null, 60_000);
    const opened = Array.from({ length: probesAtATime }, () => probes.open());
    await expect(probes.open()).rejects.toMatchObject({ code: 'rate-limited' });
    await Promise.all(opened);
    probes.close();
    probes.close();
    expect(probes.size).toBe(0);
    await probes.open();
    probes.close();
  });

  it('come with a relay for as long as the test takes only', async () => {
    const turn = { urls: ['turn:turn.example'], secret: 'x'.repeat(32) };
    const probes = new Probes(pool, turn, 1_000);
    const { iceServers } = await probes.open();
    const [expiry] = (iceServers[0]?.username ?? '').split(':');
    expect(Number(expiry) * 1_000 - Date.now()).toBeLessThanOrEqual(30_000);
    probes.close();
  });
});

describe('a device that waits to be let in', () => {
  it('may test its connection a few times a minute, and reaches no media by it', async () => {
    const media = await startMedia();
    const folder = await newFolder();
    const site = await Site.start(folder.path, media);
    try {
      const gathering = await Gathering.open(site);
      const { client } = await gathering.arrive();
      const probe = await client.ask('media:probe', {});
      expect(probe).not.toHaveProperty('id');
      await client.ask('media:probe', {});
      await client.ask('media:probe', {});
      expect(await client.code('media:probe', {})).toBe('rate-limited');
      expect(await client.code('media:createTransport', { direction: 'receive' })).toBe('not-admitted');
    } finally {
      await site.stop();
      await folder.remove();
      await media.close();
    }
  });
});
