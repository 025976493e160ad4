import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { freePort } from './childServer.ts';

/** A real Redis on a port of its own, in memory only. */
export class TestRedis {
  readonly url: string;
  readonly #port: number;
  readonly #password: string;
  #server: ChildProcess | null = null;

  private constructor(port: number) {
    this.#port = port;
    this.#password = randomBytes(16).toString('hex');
    this.url = `redis://:${this.#password}@127.0.0.1:${port}`;
  }

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort());
    await redis.run();
    return redis;
  }

  /** Starts the server, again and empty where it was killed, and waits until it takes connections. */
  async run(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', ''];
    const server = spawn('redis-server', [...args, '--requirepass', this.#password], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      server.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`Redis does not start:\n${said}`)));
    });
  }

  /** Its process. */
  get pid(): number {
    if (this.#server?.pid === undefined) throw new Error('Redis does not run');
    return this.#server.pid;
  }

  /** SIGKILL: everything in it is lost. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  close(): Promise<void> {
    return this.kill();
  }
}
