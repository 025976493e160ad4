import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { systemClock } from '../../server/signaling/clock.ts';
import { signInLocation } from '../../shared/protocol/accounts.ts';
import { freePort } from './childServer.ts';
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from './provider.ts';
import { Visitor } from './visitor.ts';

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

  /** `settings` beside those that name the provider. `waits`: what share of its time the server's clock waits. */
  static async start(
    settings: Readonly<Record<string, string>>,
    { waits = 1 }: { readonly waits?: number } = {},
  ): Promise<ProviderSite> {
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
        clock: {
          now: () => Date.now() + site.ahead,
          at: (time, call) => systemClock.at(Date.now() + (time - Date.now()) * waits, call),
        },
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

  /** Somebody who came by the provider. */
  async signIn(login: string): Promise<Visitor> {
    const who = new Visitor(this.url);
    const begun = await who.api('POST', '/account/provider', { nonce: `${'n'.repeat(42)}A` });
    const { location } = signInLocation.parse(await begun.json());
    await who.go(await who.atProvider(location, login, this.url));
    return who;
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await this.provider.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
