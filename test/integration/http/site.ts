import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Config, readConfig } from '../../../server/config/config.ts';
import { type RunningServer, startServer } from '../../../server/main.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';

/** What the site's only script says. */
export const script = `console.log(${JSON.stringify('x'.repeat(3000))});\n`;

/** A server with a small page of its own, asked over HTTP; others can be started beside it. */
export class HttpSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealroom-http-'));
  readonly clientDir = join(this.folder, 'client');
  readonly logLines: string[] = [];
  #server: RunningServer | null = null;

  static async start(change: Partial<Config> = {}): Promise<HttpSite> {
    const site = new HttpSite();
    const { clientDir } = site;
    mkdirSync(join(clientDir, 'assets'), { recursive: true });
    writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>Sealroom</title>');
    writeFileSync(join(clientDir, '.inputs'), 'secret of the build');
    writeFileSync(join(clientDir, 'assets/main-abc.js'), script);
    writeFileSync(join(clientDir, 'assets/main-abc.js.br'), brotliCompressSync(script));
    writeFileSync(join(clientDir, 'assets/main-abc.js.gz'), gzipSync(script));
    site.#server = await site.startOther('main', change, (line) => void site.logLines.push(line));
    return site;
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('the site has not started');
    return this.#server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers });
  }

  /** Asks for a meeting to be founded. */
  found(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/meetings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  configuration(name: string, change: Partial<Config> = {}): Config {
    const config = readConfig({
      SEALROOM_PORT: '0',
      SEALROOM_DATA: join(this.folder, name),
      SEALROOM_WORKERS: '1',
    });
    return {
      ...config,
      logLevel: 'debug',
      media: { ...config.media, listen: ['127.0.0.1'], port: 0 },
      ...change,
    };
  }

  /** A server with its data in another part of the folder; whoever starts it closes it. */
  async startOther(
    name: string,
    change: Partial<Config> = {},
    write: (line: string) => void = () => undefined,
    clientDir = this.clientDir,
  ): Promise<RunningServer> {
    const workerBin = await ensureWorkerBinary();
    return startServer(this.configuration(name, change), { workerBin, clientDir, logStream: { write } });
  }

  async close(): Promise<void> {
    await this.#server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
