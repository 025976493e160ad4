import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './childServer.ts';

const DEBIAN = '/usr/lib/postgresql';

function program(name: string): string {
  const [newest] = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return join(DEBIAN, String(newest), 'bin', name);
}

/** PostgreSQL does not run as root: it gets Debian's own user for it then. */
function user(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A real PostgreSQL on a port and in a folder of its own. */
export class TestPostgres {
  readonly #port: number;
  readonly #folder: string;
  readonly #password: string;
  #server: ChildProcess | null = null;
  #databases = 0;

  private constructor(port: number, folder: string, password: string) {
    this.#port = port;
    this.#folder = folder;
    this.#password = password;
  }

  static async start(): Promise<TestPostgres> {
    const owner = user();
    const folder = mkdtempSync(join(tmpdir(), 'sealroom-postgres-'));
    const password = randomBytes(16).toString('hex');
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password);
    if (owner.uid !== undefined && owner.gid !== undefined) {
      for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
    }
    const args = ['-D', join(folder, 'data'), '-U', 'sealroom', '--auth=scram-sha-256', '-E', 'UTF8'];
    execFileSync(program('initdb'), [...args, '--no-sync', `--pwfile=${passwordFile}`], {
      ...owner,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const postgres = new TestPostgres(await freePort(), folder, password);
    await postgres.run();
    return postgres;
  }

  /** A database of its own, empty, as the connection string of SEALROOM_DATABASE_URL. */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `site${this.#databases}`;
    const client = new Client(this.#url('postgres'));
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return this.#url(name);
  }

  /** Starts the server, again where it was stopped, and waits until it takes connections. */
  async run(): Promise<void> {
    const args = ['-D', join(this.#folder, 'data'), '-h', '127.0.0.1', '-p', String(this.#port), '-k', ''];
    const server = spawn(program('postgres'), [...args, '-c', 'fsync=off'], {
      ...user(),
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      server.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('database system is ready to accept connections')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`PostgreSQL does not start:\n${said}`)));
    });
  }

  /** Its first process; those of its connections are children. */
  get pid(): number {
    if (this.#server?.pid === undefined) throw new Error('PostgreSQL does not run');
    return this.#server.pid;
  }

  /** Ends it as a power cut would; every connection breaks. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    // Immediate shutdown: the postmaster takes its children along, which SIGKILL would leave behind.
    server.kill('SIGQUIT');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://sealroom:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }
}
