import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SiteKey } from '../../server/audit/siteKey.ts';
import { type AuditVerdict, verifyAudit } from '../../server/audit/verify.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { KyselyAudit } from '../../server/store/auditStore.ts';
import { openTables } from '../../server/store/open.ts';
import { freePort, Program } from '../support/childServer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A real server in a process of its own that can be killed and started again on the same port and data. */
export class FaultServer {
  readonly port: number;
  /** Its data folder. */
  readonly data: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  #program: Program | null = null;

  private constructor(port: number, folder: string, data: string, environment: Record<string, string>) {
    this.port = port;
    this.#folder = folder;
    this.data = data;
    this.#environment = environment;
  }

  /** `environment`: settings beyond the ports. Its SEALROOM_DATA, where given, is not removed at the end. */
  static async start(environment: Record<string, string> = {}): Promise<FaultServer> {
    await ensureWorkerBinary();
    const folder = mkdtempSync(join(tmpdir(), 'sealroom-fault-'));
    const data = environment.SEALROOM_DATA ?? join(folder, 'data');
    mkdirSync(data, { recursive: true });
    const server = new FaultServer(await freePort(), folder, data, environment);
    await server.start();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get database(): string {
    return join(this.data, 'sealroom.sqlite');
  }

  get output(): string {
    return this.#program?.output ?? '';
  }

  get pid(): number {
    if (!this.#program) throw new Error('the server does not run');
    return this.#program.pid;
  }

  /** Resolves once it is ready. Throws with its output where it ends instead. */
  async start(): Promise<void> {
    this.#program = new Program(process.execPath, ['server/main.ts'], {
      cwd: root,
      env: {
        ...process.env,
        SEALROOM_PORT: String(this.port),
        SEALROOM_MEDIA_PORT: '0',
        SEALROOM_WORKERS: '1',
        SEALROOM_ANNOUNCED_ADDRESS: '127.0.0.1',
        ...this.#environment,
        SEALROOM_DATA: this.data,
      },
    });
    await this.#program.says('Sealroom is ready');
  }

  /** SIGKILL, to the server and its workers. */
  async kill(): Promise<void> {
    await this.#program?.kill();
    this.#program = null;
  }

  /** Whether the audit log on disk is whole. */
  async audit(): Promise<AuditVerdict> {
    const tables = await openTables(this.database);
    try {
      const store = new KyselyAudit(tables);
      const lines = await store.lines(1, Number.MAX_SAFE_INTEGER);
      const { publicKey } = SiteKey.open(this.data);
      return verifyAudit(lines, publicKey, { head: await store.head(), anchor: null });
    } finally {
      await tables.destroy();
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
