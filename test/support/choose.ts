import type { Locator } from 'playwright-core';
import { until } from './until.ts';

/**
 * Turns a radio button, a checkbox or a switch on by its key. It is hidden inside its card, and while a page still
 * moves a pointer may miss it.
 */
export async function choose(input: Locator): Promise<void> {
  await input.press('Space', { timeout: 30_000 });
  await until(() => input.isChecked(), Boolean, 'the choice counts');
}
