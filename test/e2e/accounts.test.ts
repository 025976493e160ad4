import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createInvite } from '../../server/accounts/invites.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { databasePath, openTables } from '../../server/store/kyselyStore.ts';
import { chromiumFlags, chromiumPath } from '../support/browser.ts';
import { freePort } from '../support/childServer.ts';
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from '../support/provider.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let provider: TestProvider;
let server: TestServer;
let site: string;
let dataDir: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  site = `http://localhost:${port}`;
  dataDir = await mkdtemp(join(tmpdir(), 'sealroom-accounts-'));
  provider = await TestProvider.start([`${site}/api/account/provider/callback`]);
  server = await startTestServer(
    {},
    {
      port,
      dataDir,
      publicUrl: site,
      accounts: {
        create: 'signed-in',
        provider: {
          issuer: provider.issuer,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          name: 'Test account',
          group: { claim: 'groups', value: 'staff' },
          roles: [],
        },
      },
    },
  );
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumFlags, '--use-fake-ui-for-media-stream'],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  errors.length = 0;
  context = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // The provider's own page is not ours.
    if (message.type() === 'error' && message.location().url.startsWith(site)) errors.push(message.text());
  });
});

afterEach(async () => {
  await context.close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

/** Names of the secrets this device keeps, and whether one of them rests readable. */
const kept = () =>
  page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await settled(indexedDB.open('sealroom'));
    const store = () => database.transaction('secrets').objectStore('secrets');
    const names = await settled(store().getAllKeys());
    const values = await settled<Uint8Array[]>(store().getAll());
    database.close();
    return {
      names,
      readable: values.some((value) => new TextDecoder('latin1').decode(value).includes('eyJ')),
    };
  });

/** A guest knocks, is let in from this page, and reads in the people list what the host's statement proves. */
async function guestSees(link: string, words: string): Promise<void> {
  const elsewhere = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  const guest = await elsewhere.newPage();
  await guest.goto(link);
  await guest.getByLabel('Your name').fill('Guest');
  await guest.getByRole('button', { name: 'Ask to join' }).click();
  await page.getByRole('button', { name: /^People\b/ }).click();
  await button('Admit Guest').click();
  await guest.getByRole('button', { name: /^People\b/ }).click();
  const host = guest.getByRole('listitem').filter({ hasText: 'The boss' });
  await host.getByText(words).waitFor();
  await elsewhere.close();
}

it('staff sign in at their organisation, start a meeting, and guests see who they are; a visitor may not', async () => {
  await page.goto(site);
  await page.getByText('On this site, signed-in people start meetings').waitFor();
  expect(await button('Start a meeting').count()).toBe(0);
  await button('Sign in with Test account').click();
  await page.getByLabel('Login').fill('lin');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${site}/`);
  await page.getByRole('link', { name: 'Account of Lin Mei-hua' }).waitFor();
  expect(await kept()).toMatchObject({ names: expect.arrayContaining(['id-token']), readable: false });
  await button('Start a meeting').click();
  await heading('Your meeting is ready').waitFor();
  const link = await page.getByLabel('Meeting link').inputValue();
  await button('Go in').click();
  await page.getByLabel('Your name').fill('The boss');
  await button('Start the meeting').click();
  await guestSees(link, 'Verified: Lin Mei-hua, Ministry of Tests');
  await page.goto(`${site}/account`);
  await button('Sign out everywhere').click();
  await heading('Sign in').waitFor();
  expect((await kept()).names).not.toContain('id-token');
  expect(errors).toEqual([]);

  await context.clearCookies();
  await button('Sign in with Test account').click();
  await page.getByLabel('Login').fill('eve');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading('Your account may not do this here').waitFor();
});

it('a host link, then a passkey, then in again with it', async () => {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const tables = await openTables(databasePath(dataDir));
  const path = await createInvite(new KyselyAccounts(tables), {
    name: 'Chen',
    role: 'host',
    account: null,
    expiresAt: Date.now() + 60_000,
  });
  await page.goto(site + path);
  await heading('Chen').waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await page.getByLabel('Name of the new passkey').fill('Work laptop');
  await button('Add a passkey').click();
  await page.getByText('Work laptop', { exact: true }).waitFor();
  await button(/^Sign out$/).click();
  await heading('Sign in').waitFor();

  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await button('Sign in with a passkey').click();
  await page.getByText('The passkey was not used').waitFor();
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await button('Sign in with a passkey').click();
  await heading('Chen').waitFor();
  await button('Remove the passkey Work laptop').click();
  await page.getByText('Your link has been used up').waitFor();
  await button(/^Sign out$/).click();
  // Nobody on this site has a passkey any more.
  await heading('Sign in').waitFor();
  expect(await button('Sign in with a passkey').count()).toBe(0);

  await page.goto(site + path);
  await heading('The sign-in did not succeed').waitFor();
  await tables.destroy();
});
