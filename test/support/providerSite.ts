import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { systemClock } from '../../server/signaling/clock.ts';
import { freePort } from './childServer.ts';
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from './provider.ts';

/** A site whose people sign in at an identity provider of its own. */
export class ProviderSite {
  /** How far the server's clock is ahead, in milliseconds. */
  ahead = 0;
  readonly url: string;
  readonly dataDir: string;
  readonly provider: TestProvider;
  readonly #folder: string;
  readonly #lines: string[] = [];
  #server: RunningServer | null = null;

  private constructor(url: string, provider: TestProvider) {
    this.url = url;
    this.provider = provider;
    this.#folder = mkdtempSync(join(tmpdir(), 'sealroom-provider-'));
    this.dataDir = join(this.#folder, 'data');
  }

  /** `settings` beside those that name the provider. */
  static async start(settings: Readonly<Record<string, string>>): Promise<ProviderSite> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const provider = await TestProvider.start([`${url}/api/account/provider/callback`]);
    const site = new ProviderSite(url, provider);
    const config = readConfig({
      SEALROOM_PORT: String(port),
      SEALROOM_DATA: site.dataDir,
      SEALROOM_WORKERS: '1',
      SEALROOM_OIDC_ISSUER: provider.issuer,
      SEALROOM_OIDC_CLIENT_ID: CLIENT_ID,
      SEALROOM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      ...settings,
    });
    site.#server = await startServer(
      { ...config, media: { ...config.media, listen: ['127.0.0.1'], port: 0 }, logLevel: 'trace' },
      {
        workerBin: await ensureWorkerBinary(),
        clientDir: site.#folder,
        logStream: { write: (line) => void site.#lines.push(line) },
        clock: { ...systemClock, now: () => Date.now() + site.ahead },
      },
    );
    return site;
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('the site has not started');
    return this.#server;
  }

  /** Everything logged, at the most talkative level. */
  get logs(): string {
    return this.#lines.join('');
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await this.provider.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
