import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../server/config/config.ts';
import { type RunningServer, type StartOverrides, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { ensureClient } from '../../server/tools/clientBuild.ts';
import { sitePolicies } from './sitePolicies.ts';

/** Where browsers find the server: `localhost` makes it a secure context, and each browser maps it to its own wire. */
export const PUBLIC_URL = 'http://meeting.localhost';

/** What a site allows that restricts nothing. */
export const openPolicies: Config['policies'] = { ...sitePolicies, networks: [] };

/** A real server in this process, on ports and in a folder of its own. */
export interface TestServer {
  readonly running: RunningServer;
  readonly port: number;
  /** Everything logged, at the most talkative level. */
  logs(): string;
  /** The bytes of every file in its data folder. */
  data(): Promise<Buffer[]>;
  close(): Promise<void>;
}

/** Starts the server; the page is built first where it is out of date. `changes` may depend on its data folder. */
export async function startTestServer(
  overrides: StartOverrides = {},
  changes: Partial<Config> | ((dataDir: string) => Promise<Partial<Config>>) = {},
): Promise<TestServer> {
  const workerBin = await ensureWorkerBinary();
  await ensureClient();
  const dataDir = await mkdtemp(join(tmpdir(), 'sealroom-server-'));
  const lines: string[] = [];
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    dataDir,
    databaseUrl: null,
    siteList: null,
    cluster: null,
    tls: null,
    media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 2, turn: null },
    files: {
      fileBytes: 1024 ** 3,
      meetingBytes: 4 * 1024 ** 3,
      totalBytes: 8 * 1024 ** 3,
      keepMs: 3_600_000,
    },
    logLevel: 'trace',
    trustedProxies: [],
    reportKey: null,
    accounts: { create: 'anyone', provider: null },
    policies: openPolicies,
    rates: {},
    metricsToken: null,
    node: null,
    drainMs: 7_200_000,
    reportDays: 90,
    ...(typeof changes === 'function' ? await changes(dataDir) : changes),
  };
  const running = await startServer(config, {
    workerBin,
    logStream: { write: (line) => lines.push(line) },
    ...overrides,
  });
  return {
    running,
    port: running.port,
    logs: () => lines.join(''),
    data: async () => {
      const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
    },
    close: async () => {
      await running.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
