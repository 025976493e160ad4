import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/**
 * Chooses an entry of the menu at the end of the bar, by its icon. While the page still settles a press can miss, as a
 * person's does, and is made again.
 */
export async function chooseMore(page: Page, icon: string): Promise<void> {
  const entry = page.locator(`.menu-item:has(.lucide-${icon})`);
  await vi.waitFor(
    async () => {
      if (!(await entry.isVisible())) await page.locator('.control:has(.lucide-ellipsis)').click();
      await entry.click({ timeout: 4_000 });
    },
    { timeout: 30_000 },
  );
}
