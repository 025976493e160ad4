import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { chromiumFlags, shellPath } from '../support/chromium.ts';
import { serveBundled } from './bundledPage.ts';

it('a recording carries the classification, and who made it across every picture', async () => {
  const lab = await serveBundled(new URL('./composer/', import.meta.url), 'index.html');
  const browser = await chromium.launch({ executablePath: shellPath, args: [...chromiumFlags] });
  try {
    const page = await browser.newPage();
    await page.goto(lab.url);
    const compared = await page.evaluate(async () => {
      const plain = { label: null, mark: null };
      return {
        same: await window.difference(plain, plain),
        label: await window.difference(plain, { label: '內部使用', mark: null }),
        mark: await window.difference(plain, { label: null, mark: 'Lin · 3F7A2C' }),
      };
    });
    expect(compared.same).toEqual({ head: 0, body: 0 });
    expect(compared.label.head).toBeGreaterThan(0.005);
    expect(compared.label.body).toBe(0);
    expect(compared.mark.body).toBeGreaterThan(0.01);
    expect(compared.mark.head).toBe(0);
  } finally {
    await browser.close();
    await lab.close();
  }
});
