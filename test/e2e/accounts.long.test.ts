import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Config } from '../../server/config/config.ts';
import { personFlags } from '../support/browser.ts';
import { freePort } from '../support/childServer.ts';
import { shellPath } from '../support/chromium.ts';
import { hostLink } from '../support/hostLink.ts';
import { addAuthenticator } from '../support/passkey.ts';
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from '../support/provider.ts';
import { openPolicies, startTestServer, type TestServer } from '../support/server.ts';

let provider: TestProvider;
let server: TestServer;
let site: string;
/** A port for a site of other policies, that the provider knows too. */
let otherPort: number;
let dataDir: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

const siteAt = (port: number) => `http://localhost:${port}`;

/** A site whose people sign in at the test's provider. */
const startSite = (port: number, changes: Partial<Config> = {}) =>
  startTestServer(
    {},
    {
      port,
      publicUrl: siteAt(port),
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
      ...changes,
    },
  );

beforeAll(async () => {
  const port = await freePort();
  otherPort = await freePort();
  site = siteAt(port);
  dataDir = await mkdtemp(join(tmpdir(), 'sealroom-accounts-'));
  provider = await TestProvider.start(
    [port, otherPort].map((each) => `${siteAt(each)}/api/account/provider/callback`),
  );
  server = await startSite(port, { dataDir });
  browser = await chromium.launch({
    executablePath: shellPath,
    args: [...personFlags, '--use-fake-ui-for-media-stream'],
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
  await page.getByText('On this site you need to sign in to start a meeting').waitFor();
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
  const { devtools, authenticatorId } = await addAuthenticator(context, page);
  const { path } = await hostLink(dataDir);
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
  await heading('This sign-in link does not work').waitFor();
});

/** Goes to the organisation's sign-in from a page that offers it, and comes back to an address. */
async function signIn(own: Page, login: string, back: string): Promise<void> {
  await own.getByRole('button', { name: 'Sign in with Test account' }).click();
  await own.getByLabel('Login').fill(login);
  await own.getByRole('button', { name: 'Sign in' }).click();
  await own.waitForURL(back);
}

/** A browser profile in which somebody of the organisation is signed in, on the page of their meetings. */
async function signedIn(login: string, at: BrowserContext, url = site): Promise<Page> {
  const own = await at.newPage();
  await own.goto(url);
  await signIn(own, login, `${url}/`);
  return own;
}

/** The link of a meeting just made, once it is there. */
async function linkOn(own: Page): Promise<string> {
  const field = own.getByLabel('Meeting link');
  await expect.poll(() => field.inputValue(), { timeout: 30_000 }).not.toBe('');
  return field.inputValue();
}

it('a host’s list is the same on two devices, sealed; the second one does not pass for the host', async () => {
  const title = 'Planted-title-4711';
  const first = await signedIn('lin', context);
  await first.getByRole('button', { name: 'Start a meeting' }).click();
  const link = await linkOn(first);
  await first.goto(`${site}/meetings`);
  await first.getByRole('button', { name: /^More about/ }).click();
  await first.getByRole('menuitem', { name: 'Change name and time' }).click();
  await first.getByLabel('Name of the meeting (optional)').fill(title);
  await first.getByRole('button', { name: 'Save', exact: true }).click();
  const row = first.locator('.meeting-row', { hasText: title });
  await row.getByText('you are the host').waitFor();
  await first.getByRole('button', { name: 'Turn on' }).click();
  const code = await first.locator('.meetings-sync-code').innerText();
  await first.getByText('The list is up to date.').waitFor();

  const elsewhere = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  const second = await signedIn('lin', elsewhere);
  await second.goto(`${site}/meetings`);
  await second.getByLabel('Code from another device').fill(code);
  await second.getByRole('button', { name: 'Use this code' }).click();
  const same = second.locator('.meeting-row', { hasText: title });
  await same.getByText('you started it on another device').waitFor();
  await same.getByText('choose “I am the host” and enter its recovery code', { exact: false }).waitFor();
  await same.getByRole('button', { name: /^More about/ }).click();
  await second.getByRole('menuitem', { name: 'Remove from my list' }).waitFor();
  expect(await second.getByRole('menuitem', { name: 'End for all' }).count()).toBe(0);
  await second.keyboard.press('Escape');
  await same.getByRole('button', { name: `Open ${title}` }).click();
  await second.getByRole('button', { name: 'Ask to join' }).waitFor();

  const secret = link.split('#')[1] ?? '';
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const data = await Promise.all(
    files.filter((each) => each.isFile()).map(({ parentPath, name }) => readFile(join(parentPath, name))),
  );
  const found = (text: string) => data.some((bytes) => bytes.includes(text));
  // The look-up itself works: the account's name is there.
  expect(found('Lin Mei-hua')).toBe(true);
  for (const marker of [title, secret, code, code.replaceAll('-', '')]) {
    expect(found(marker)).toBe(false);
    expect(server.logs()).not.toContain(marker);
  }
  await elsewhere.close();
});

it('whoever came into a meeting by its link finds it on their own list, and can forget it', async () => {
  const host = await signedIn('lin', context);
  await host.goto(site);
  // What was chosen last is there, and moves nothing under the pointer any more.
  await host.getByRole('radio', { checked: true }).waitFor();
  await host.getByRole('radio', { name: /Open/ }).check({ force: true });
  await host.getByRole('button', { name: 'Start a meeting' }).click();
  const link = await linkOn(host);
  await host.getByRole('button', { name: 'Go in' }).click();
  await host.getByLabel('Your name').fill('Lin');
  await host.getByRole('button', { name: 'Start the meeting' }).click();
  await host.getByRole('region', { name: 'Meeting controls' }).waitFor();
  const elsewhere = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  const guest = await elsewhere.newPage();
  await guest.goto(link);
  await guest.getByLabel('Your name').fill('Guest');
  await guest.getByRole('button', { name: 'Join now' }).click();
  await guest.getByRole('region', { name: 'Meeting controls' }).waitFor();
  // The list is written beside the meeting, not before it.
  const list = await elsewhere.newPage();
  await expect
    .poll(
      async () => {
        await list.goto(`${site}/meetings`);
        const heading = list.getByRole('heading', { name: 'Meetings you joined' });
        return heading.waitFor({ timeout: 10_000 }).then(
          () => true,
          () => false,
        );
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  const row = list.locator('.meeting-row');
  await row.getByText('you were invited').waitFor();
  await row.getByRole('button', { name: /^More about/ }).click();
  await list.getByRole('menuitem', { name: 'Remove from my list' }).click();
  await list.getByRole('alertdialog').getByRole('button', { name: 'Remove from my list' }).click();
  await list.getByText('No meetings yet').waitFor();
  await elsewhere.close();
});

it('where guests and recording are refused, a link asks to sign in first, and no host is offered to record', async () => {
  const policies = { ...openPolicies, guests: false, recording: false };
  const strict = await startSite(otherPort, { policies });
  const elsewhere = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  try {
    const host = await signedIn('lin', context, siteAt(otherPort));
    await host.getByRole('button', { name: 'Start a meeting' }).click();
    const link = await linkOn(host);
    await host.getByRole('button', { name: 'Go in' }).click();
    await host.getByLabel('Your name').fill('Lin');
    await host.getByRole('button', { name: 'Start the meeting' }).click();
    await host.getByRole('button', { name: 'More', exact: true }).click();
    const hostControls = host.getByRole('menuitem', { name: 'Host controls' });
    await hostControls.waitFor();
    expect(await host.getByRole('menuitem', { name: /record/i }).count()).toBe(0);
    await hostControls.click();
    await host.getByText('Nobody can record here, hosts included').waitFor();

    const guest = await elsewhere.newPage();
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'Sign in first' }).waitFor();
    expect(await guest.getByRole('button', { name: 'Ask to join' }).count()).toBe(0);
    await signIn(guest, 'bo', link);
    await guest.getByLabel('Your name').fill('Bo');
    await guest.getByRole('button', { name: 'Ask to join' }).click();
    await host.getByRole('button', { name: /^People\b/ }).click();
    await host.getByRole('button', { name: 'Admit Bo' }).click();
    await guest.getByRole('region', { name: 'Meeting controls' }).waitFor();
  } finally {
    await elsewhere.close();
    await strict.close();
  }
});
