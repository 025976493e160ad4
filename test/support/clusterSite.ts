import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { freePort, Program } from './childServer.ts';
import { TestPostgres } from './postgres.ts';
import { TestRedis } from './redis.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One server of the site, as a process of its own. */
export interface ClusterNode {
  readonly port: number;
  readonly program: Program;
}

/** A site of several real servers, on a real PostgreSQL and a real Redis. */
export class ClusterSite {
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
  readonly databaseUrl: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealroom-cluster-'));
  readonly #nodes: ClusterNode[] = [];

  private constructor(postgres: TestPostgres, redis: TestRedis, databaseUrl: string) {
    this.postgres = postgres;
    this.redis = redis;
    this.databaseUrl = databaseUrl;
  }

  static async start(): Promise<ClusterSite> {
    await ensureWorkerBinary();
    const postgres = await TestPostgres.start();
    return new ClusterSite(postgres, await TestRedis.start(), await postgres.database());
  }

  /** The data folder of a server. */
  dataOf(name: string): string {
    const data = join(this.#folder, name);
    mkdirSync(data, { recursive: true });
    return data;
  }

  /** Starts one more server, on a free port unless it is given one; the first makes the site key for all. */
  async node(name: string, environment: Record<string, string> = {}): Promise<ClusterNode> {
    const data = this.dataOf(name);
    const key = join(this.#folder, 'site-key.pem');
    if (this.#nodes.length > 0) copyFileSync(key, join(data, 'site-key.pem'));
    const port = Number(environment.SEALROOM_PORT ?? (await freePort()));
    const program = new Program(process.execPath, ['server/main.ts'], {
      cwd: root,
      env: {
        ...process.env,
        SEALROOM_PORT: String(port),
        SEALROOM_DATA: data,
        SEALROOM_DATABASE_URL: this.databaseUrl,
        SEALROOM_REDIS_URL: this.redis.url,
        SEALROOM_NODE_NAME: name,
        SEALROOM_MEDIA_PORT: '0',
        SEALROOM_WORKERS: '1',
        SEALROOM_ANNOUNCED_ADDRESS: '127.0.0.1',
        ...environment,
      },
    });
    const node = { port, program };
    this.#nodes.push(node);
    await program.says('Sealroom is ready');
    if (this.#nodes.length === 1) copyFileSync(join(data, 'site-key.pem'), key);
    return node;
  }

  async close(): Promise<void> {
    for (const { program } of this.#nodes) await program.kill();
    await this.redis.close();
    await this.postgres.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
