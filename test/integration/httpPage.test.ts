import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureClient } from '../../server/tools/clientBuild.ts';
import { chromiumFlags, shellPath } from '../support/chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-page-'));
let server: RunningServer;
let browser: Browser;
let page: Page;
const reports: string[] = [];
const elsewhere: string[] = [];

beforeAll(async () => {
  await ensureClient();
  const config = readConfig({ SEALROOM_PORT: '0', SEALROOM_DATA: folder, SEALROOM_WORKERS: '1' });
  server = await startServer(
    { ...config, media: { ...config.media, listen: ['127.0.0.1'], port: 0 } },
    { logStream: { write: () => true } },
  );
  browser = await chromium.launch({
    executablePath: shellPath,
    args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  page = await browser.newPage();
  await page.exposeFunction('report', (text: string) => reports.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell: unknown = Object.getOwnPropertyDescriptor(window, 'report')?.value;
      if (typeof tell === 'function') tell(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => reports.push(error.message));
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the built page under its own policy', () => {
  it('runs isolated, asks nobody else, and breaks no rule', async () => {
    await page.goto(server.url);
    await page.getByRole('button').first().waitFor();
    expect(await page.evaluate(() => crossOriginIsolated && isSecureContext)).toBe(true);
    expect(reports).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it('starts workers of its own build, and no other', async () => {
    const scripts = await page.evaluate(async () => {
      const manifest: unknown = await (await fetch('/manifest.json')).json();
      return [...JSON.stringify(manifest).matchAll(/assets\/[\w-]*Worker[\w-]*\.js/g)].map(
        ([path]) => `/${path}`,
      );
    });
    expect(scripts.length).toBeGreaterThan(0);
    const outcome = await page.evaluate(async (path) => {
      try {
        new Worker(path, { type: 'module' });
        return 'started';
      } catch (error) {
        return String(error);
      }
    }, scripts[0] ?? '');
    expect(outcome).toContain('TrustedScriptURL');
    reports.splice(0);
  });

  it.each([
    [
      'an inline script',
      "const s = document.createElement('script'); s.append('window.hit = 1'); document.body.append(s)",
    ],
    [
      'markup from a string',
      "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit = 1\">')",
    ],
    ['an inline handler', "document.body.setAttribute('onclick', 'window.hit = 1'); document.body.click()"],
    ['a string as a timer', "setTimeout('window.hit = 1', 0)"],
    ['a data: worker', "new Worker('data:text/javascript,0')"],
    ['another site', "fetch('https://192.0.2.1/')"],
    [
      'a frame',
      "const f = document.createElement('iframe'); f.src = 'https://192.0.2.1/'; document.body.append(f)",
    ],
    [
      'a style element',
      "const s = document.createElement('style'); s.textContent = 'body { --hit: 1 }'; document.head.append(s)",
    ],
    ['a policy of another name', "trustedTypes.createPolicy('default', { createHTML: (x) => x })"],
  ])('refuses %s', async (_name, code) => {
    reports.splice(0);
    // Runs in the page as its own code would; the evaluation itself is the browser driver's and passes.
    const session = await page.context().newCDPSession(page);
    await session.send('Runtime.evaluate', {
      expression: `(async () => { ${code} })().catch(() => 0)`,
      awaitPromise: true,
    });
    await expect.poll(() => reports.length).toBeGreaterThan(0);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).getPropertyValue('--hit'))).toBe('');
    await session.detach();
  });
});
