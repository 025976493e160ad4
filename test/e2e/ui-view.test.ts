import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Look } from './ui/browser.ts';
import { NOW } from './ui/people.ts';
import { useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();
const laptop: Look = { size: 'laptop', theme: 'light', language: 'en' };

/** How often a meeting measures loudness. */
const STEP_MS = 100;

/** Goes to many people, where time goes on only as `speak` lets it: a busy machine stretches nobody's words. */
async function enterAndHoldTime(page: Page): Promise<void> {
  await page.clock.install({ time: NOW });
  await enter(page, 'sixty-four');
  await page.clock.pauseAt(NOW + 3_600_000);
}

/** Lets the people with these numbers speak, the others be silent, for so long. */
async function speak(page: Page, numbers: readonly number[], ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await page.evaluate(
      (loud) =>
        window.happen(({ members }) => ({
          members: members.map((member) => ({ ...member, level: loud.includes(member.leaf) ? 0.5 : 0 })),
        })),
      numbers,
    );
    await page.clock.runFor(STEP_MS);
  }
}

/** Who stands on the stage, in the order of the tiles; the first is large in the speaker layout. */
function shown(page: Page): Promise<readonly string[]> {
  return page
    .locator('.tile')
    .evaluateAll((tiles) => tiles.map((tile) => tile.querySelector('.tile-name')?.textContent ?? ''));
}

/** Counts how often somebody else is shown large. */
async function countChanges(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const large = () => document.querySelector('.tile[data-main="true"] .tile-name')?.textContent ?? '';
    let last = large();
    document.body.dataset.changes = '0';
    new MutationObserver(() => {
      const now = large();
      if (now === last) return;
      last = now;
      document.body.dataset.changes = String(Number(document.body.dataset.changes) + 1);
    }).observe(document.querySelector('.tiles') ?? document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['data-main'],
    });
  });
  return async () => Number(await page.locator('body').getAttribute('data-changes'));
}

async function inSpeakerLayout(walk: (page: Page) => Promise<void>): Promise<void> {
  await onPage(laptop, async (page) => {
    await page.addInitScript(() => {
      if (location.protocol !== 'about:') localStorage.setItem('sealroom.layout', 'speaker');
    });
    await enterAndHoldTime(page);
    await walk(page);
  });
}

const large = (page: Page) => page.locator('.tile[data-main="true"]');

describe('who speaks', () => {
  it('comes forward from a page that is not shown, once and for as long as they speak', async () => {
    await inSpeakerLayout(async (page) => {
      const name = await page.evaluate(() => window.memberOf(60).name);
      expect(await shown(page)).not.toContain(name);
      const changes = await countChanges(page);
      // A cough brings nobody forward.
      await speak(page, [60], 300);
      await speak(page, [], 1_500);
      expect(await changes()).toBe(0);
      await speak(page, [60], 6_000);
      expect(await large(page).innerText()).toContain(name);
      // A pause for breath, and silence, change nothing.
      await speak(page, [], 500);
      await speak(page, [60], 2_000);
      await speak(page, [], 3_000);
      expect(await large(page).innerText()).toContain(name);
      expect(await changes()).toBe(1);
    });
  });

  it('does not make the stage jump where two take turns quickly', async () => {
    await inSpeakerLayout(async (page) => {
      await speak(page, [3], 3_000);
      const before = await shown(page);
      const changes = await countChanges(page);
      for (let turn = 0; turn < 8; turn += 1) await speak(page, [turn % 2 === 0 ? 60 : 3], 400);
      expect(await shown(page)).toEqual(before);
      expect(await changes()).toBe(0);
      // Nor where both speak at once; but whoever goes on alone is shown.
      await speak(page, [3, 60], 3_000);
      expect(await changes()).toBe(0);
      await speak(page, [60], 3_000);
      expect(await changes()).toBe(1);
    });
  });

  it('takes the place of whoever was silent longest, where all are equal', async () => {
    await onPage(laptop, async (page) => {
      await enterAndHoldTime(page);
      const name = await page.evaluate(() => window.memberOf(60).name);
      const before = await shown(page);
      expect(before).not.toContain(name);
      await speak(page, [60], 2_000);
      const after = await shown(page);
      expect(after).toContain(name);
      expect(after.filter((other, place) => other !== before[place])).toEqual([name]);
      await speak(page, [60], 4_000);
      expect(await shown(page)).toEqual(after);
    });
  });
});

describe('full screen', () => {
  it('is gone to and left by key and by menu, which stays in sight', async () => {
    await onPage(laptop, async (page) => {
      const fills = () => page.evaluate(() => document.fullscreenElement === document.documentElement);
      const choose = async (within: Page, name: string) => {
        await within.getByRole('button', { name: 'View', exact: true }).click();
        await within.getByRole('menuitem', { name, exact: true }).click();
      };
      await enter(page, 'three');
      await page.keyboard.press('f');
      await expect.poll(fills).toBe(true);
      await page.keyboard.press('f');
      await expect.poll(fills).toBe(false);
      await choose(page, 'Full screen');
      await expect.poll(fills).toBe(true);
      await choose(page, 'Leave full screen');
      await expect.poll(fills).toBe(false);
      // A letter of a message is none of its business.
      await page.keyboard.press('c');
      await page.getByRole('textbox').fill('');
      await page.keyboard.type('f');
      expect(await fills()).toBe(false);
    });
  });
});
