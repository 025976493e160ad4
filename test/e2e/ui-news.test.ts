import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Look } from './ui/browser.ts';
import { useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();
const laptop: Look = { size: 'laptop', theme: 'light', language: 'en' };

declare global {
  interface Window {
    /** What a screen reader would have said, where a test listens. */
    readonly spoken: string[];
  }
}

/** Longer than the announcer gathers. */
const GATHERED_MS = 1_500;

/**
 * Listens as ARIA has it: what is added to a live region is said, all of the region where it is atomic, and nothing
 * within what is off.
 */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const spoken: string[] = [];
    Object.defineProperty(window, 'spoken', { value: spoken });
    const regions = '[aria-live], [role=status], [role=alert], [role=log], [role=timer]';
    const isOff = (region: Element) =>
      (region.getAttribute('aria-live') ?? (region.role === 'timer' ? 'off' : 'on')) === 'off';
    const isAtomic = (region: Element) =>
      (region.getAttribute('aria-atomic') ?? `${region.role === 'status' || region.role === 'alert'}`) ===
      'true';
    const wordsOf = (node: Node): string => {
      if (!(node instanceof Element)) return node.textContent ?? '';
      if (node.matches('[aria-hidden=true]') || (node.matches(regions) && isOff(node))) return '';
      return [...node.childNodes].map(wordsOf).join(' ');
    };
    const say = (changed: Node) => {
      const place = changed instanceof Element ? changed : changed.parentElement;
      const region = place?.closest(regions);
      if (!region || isOff(region) || place?.closest('[aria-hidden=true]')) return;
      const words = wordsOf(isAtomic(region) ? region : changed)
        .replace(/\s+/g, ' ')
        .trim();
      if (words !== '') spoken.push(words);
    };
    new MutationObserver((changes) => {
      // Of what came at once, each is said once.
      const changed = new Set(
        changes.flatMap(({ type, target, addedNodes }) =>
          type === 'childList' ? [...addedNodes] : [target],
        ),
      );
      for (const node of changed) if (node.isConnected) say(node);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** What has been said since it was last asked. */
async function said(page: Page, afterMs = GATHERED_MS): Promise<readonly string[]> {
  await page.clock.runFor(afterMs);
  return page.evaluate(() => window.spoken.splice(0));
}

describe('said aloud', () => {
  it('who joins and whose hand is up, each once', async () => {
    await onPage(laptop, async (page) => {
      await page.clock.install();
      await enter(page, 'three');
      await listen(page);
      await page.evaluate(() =>
        window.happen(({ members, notices }) => ({
          members: [...members, window.memberOf(6)],
          notices: [
            ...notices,
            { id: 'j', notice: { kind: 'joined', name: 'Jonas Lindqvist' }, at: Date.now() },
          ],
        })),
      );
      expect(await said(page)).toEqual(['Jonas Lindqvist joined']);
      await page.evaluate(() =>
        window.happen(({ members }) => ({
          members: members.map((member) => (member.leaf === 1 ? { ...member, hand: Date.now() } : member)),
        })),
      );
      expect(await said(page)).toEqual(['Ada Okonkwo raised a hand']);
      // Nothing of it comes again as time goes by, and the notice goes.
      expect(await said(page, 20_000)).toEqual([]);
    });
  });

  it('thirty who join at once in one sentence', async () => {
    await onPage(laptop, async (page) => {
      await page.clock.install();
      await enter(page, 'alone');
      await listen(page);
      await page.evaluate(() => {
        for (let number = 1; number <= 30; number += 1) {
          const member = window.memberOf(number);
          window.happen(({ members, notices }) => ({
            members: [...members, member],
            notices: [
              ...notices,
              { id: `j${number}`, notice: { kind: 'joined', name: member.name }, at: Date.now() },
            ],
          }));
        }
      });
      expect(await said(page)).toEqual(['30 people joined']);
    });
  });

  it('what a host stopped, once, and not what already stands beside it', async () => {
    await onPage(laptop, async (page) => {
      await page.clock.install();
      await enter(page, 'own-share');
      await listen(page);
      await page.evaluate(() =>
        window.happen(() => ({
          notices: [
            { id: 's', notice: { kind: 'stopped-by-host', sources: ['microphone'], by: '陳大文' }, at: 0 },
          ],
        })),
      );
      expect(await said(page)).toEqual(['陳大文 turned off your microphone. Dismiss']);
    });
  });

  it('that breakout rooms close, but not every second of it', async () => {
    await onPage(laptop, async (page) => {
      await page.clock.install();
      await enter(page, 'breakout-run');
      await page.getByText('They close in').waitFor();
      await listen(page);
      const clock = page.locator('.banner').getByRole('timer');
      const before = await clock.innerText();
      expect(await said(page, 4_000)).toEqual([]);
      expect(await clock.innerText()).not.toBe(before);
      await page.evaluate(() =>
        window.happen(({ breakouts }) => ({
          breakouts: breakouts.rooms
            ? {
                ...breakouts,
                rooms: { ...breakouts.rooms, broadcast: { id: 'b', text: 'Five more', by: 'Ada' } },
              }
            : breakouts,
        })),
      );
      expect(await said(page)).toEqual(['Ada to all rooms Five more Dismiss']);
    });
  });
});
