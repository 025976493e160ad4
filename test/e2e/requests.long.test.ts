import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminSections } from '../../client/ui/router.ts';
import { personFlags } from '../support/browser.ts';
import { freePort } from '../support/childServer.ts';
import { choose } from '../support/choose.ts';
import { chromiumPath } from '../support/chromium.ts';
import { type NetLog, readNetLog } from '../support/netLog.ts';
import { addAuthenticator } from '../support/passkey.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** A page that does what ours must not: it asks another host. So that the log is known to tell. */
const CHATTY =
  '<!doctype html><title>Chatty</title><script>fetch("http://elsewhere.test/told").catch(() => 0)</script>';
const WITHIN = { timeout: 60_000 };

let folder: string;
let dataDir: string;
let server: TestServer;
let chatty: Server;
let site: string;
let chattySite: string;
let link: string;
let log: NetLog;

/** A person on a device of their own. */
async function arrive(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: 'en', permissions: ['camera', 'microphone'] });
  return { context, page: await context.newPage() };
}

/** Signs an administrator in by a link of the command line, and a passkey. */
async function administrator(context: BrowserContext, page: Page): Promise<void> {
  await addAuthenticator(context, page);
  const invite = ['server/tools/hostsInvite.ts', '--name', 'Ada', '--role', 'admin'];
  // Nothing else: what is set for the tests is no setting of the server.
  const env = { PATH: process.env.PATH ?? '', SEALROOM_DATA: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, invite, { env });
  const { pathname, hash } = new URL(stdout.trim());
  await page.goto(site + pathname + hash);
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor(WITHIN);
  // The link alone does not lead in.
  await page.goto(`${site}/admin`);
  await page.getByText('Show that it is you').waitFor(WITHIN);
  await page.getByRole('link', { name: 'To my account' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: /^Remove the passkey/ }).waitFor(WITHIN);
  await page.getByRole('link', { name: 'Administer this site' }).click();
  await page.getByRole('heading', { name: 'At this moment' }).waitFor(WITHIN);
}

/** Everything a person may come by. */
async function walk(browser: Browser): Promise<void> {
  const { page: host } = await arrive(browser);
  for (const path of ['/guide/host', '/server', '/meetings', '/account', '/']) await host.goto(site + path);
  await choose(host.getByRole('radio', { name: /Open/ }));
  await host.getByRole('button', { name: 'Start a meeting' }).click(WITHIN);
  link = await until(
    () => host.getByLabel('Meeting link').inputValue(WITHIN),
    (text) => text !== '',
    'the link is there',
  );
  await host.getByRole('button', { name: 'Go in', exact: true }).click();
  await host.getByLabel('Your name').fill('Annemarie', WITHIN);
  await host.getByRole('button', { name: 'Start the meeting' }).click();
  const { page: guest } = await arrive(browser);
  await guest.goto(link);
  await guest.getByLabel('Your name').fill('Bertrand', WITHIN);
  await guest.getByRole('button', { name: 'Join now' }).click();
  await host.getByText('Bertrand').first().waitFor(WITHIN);
  await guest.getByText('Annemarie').first().waitFor(WITHIN);

  const { context, page: admin } = await arrive(browser);
  await administrator(context, admin);
  const end = admin.getByRole('button', { name: /^End the meeting / });
  await end.waitFor(WITHIN);
  for (const section of adminSections.slice(1)) {
    await admin.goto(`${site}/admin/${section}`);
    await admin.locator('.admin-part h2').waitFor(WITHIN);
  }
  await admin.getByRole('button', { name: 'Check now' }).click();
  await admin.locator('.finding').first().waitFor(WITHIN);
  await admin.goto(`${site}/admin`);
  await end.click(WITHIN);
  await admin.getByRole('alertdialog').getByRole('button', { name: 'End the meeting' }).click();
  for (const page of [host, guest]) {
    await page.getByRole('heading', { name: 'The operator of this site ended the meeting' }).waitFor(WITHIN);
  }

  const { page: elsewhere } = await arrive(browser);
  await elsewhere.goto(chattySite);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-requests-'));
  dataDir = join(folder, 'data');
  const port = await freePort();
  site = `http://localhost:${port}`;
  server = await startTestServer({}, { port, dataDir, publicUrl: site });
  chatty = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(CHATTY);
  });
  await new Promise<void>((resolve) => chatty.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, so the address is an AddressInfo.
  chattySite = `http://localhost:${(chatty.address() as AddressInfo).port}`;
  const file = join(folder, 'net.json');
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...personFlags,
      '--use-fake-ui-for-media-stream',
      `--log-net-log=${file}`,
      '--net-log-capture-mode=IncludeSensitive',
    ],
  });
  try {
    await walk(browser);
  } finally {
    await browser.close();
  }
  log = await readNetLog(file);
}, 400_000);

afterAll(async () => {
  await server?.close();
  chatty?.close();
  await rm(folder, { recursive: true, force: true });
});

const elsewhere = (of: (initiator: string | null) => boolean) =>
  log.requests
    .filter(({ initiator }) => of(initiator))
    .map(({ url }) => url)
    .filter((url) => /^(https?|wss?):/.test(url))
    .filter((url) => ![site, site.replace('http', 'ws'), chattySite].includes(new URL(url).origin));

describe('every request of a browser, by its own log, from the start page to the end of a meeting by an administrator', () => {
  it('of our pages and their workers goes to the site itself', () => {
    const own = log.requests.filter(({ initiator }) => initiator === site);
    expect(own.length).toBeGreaterThan(60);
    expect(own.some(({ url }) => url.includes('/api/admin/overview'))).toBe(true);
    expect(own.some(({ url }) => url.startsWith('ws:'))).toBe(true);
    expect([...new Set(elsewhere((initiator) => initiator === site))]).toEqual([]);
  });

  it('would show a page that asks another site', () => {
    expect(elsewhere((initiator) => initiator === chattySite)).toEqual(['http://elsewhere.test/told']);
  });

  it('has no other origin in it, and what the browser asks by itself carries nothing of the link', () => {
    const initiators = new Set(log.requests.map(({ initiator }) => initiator));
    expect([...initiators].filter((each) => each !== null).sort()).toEqual([site, chattySite].sort());
    const { hash, pathname } = new URL(link);
    const byItself = elsewhere((initiator) => initiator === null);
    // Chromium's own services, whatever page is open: named here, so that nobody takes them for the page's.
    console.log('by the browser itself:', [...new Set(byItself.map((url) => new URL(url).host))]);
    for (const url of byItself) {
      expect(url).not.toContain(pathname.split('/').at(-1));
      expect(url).not.toContain('localhost');
    }
    // The browser knows the address that was typed with its key, and sends it without.
    const key = hash.slice(1);
    expect(key.length).toBeGreaterThan(20);
    expect(log.requests.filter(({ url, initiator }) => initiator !== null && url.includes(key))).toEqual([]);
    expect(log.sent.some((line) => line.startsWith(`GET ${pathname} `))).toBe(true);
    expect(log.sent.filter((line) => line.includes(key))).toEqual([]);
  });
});
