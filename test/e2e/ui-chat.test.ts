import { describe, expect, it } from 'vitest';
import { expectAccessible, useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();

describe('a message that does not get through', () => {
  it('says that it is being sent, that it was not, and is sent again by keyboard', async () => {
    await onPage({ size: 'laptop', theme: 'dark', language: 'en' }, async (page) => {
      await enter(page, 'three');
      await page.locator('.control:has(.lucide-message-square)').click();
      await page.getByRole('textbox').fill('The draft is on page 4.');
      await page.keyboard.press('Enter');
      const message = page.locator('.chat-message', { hasText: 'The draft is on page 4.' });
      await message.waitFor();
      const become = (state: 'sending' | 'sent' | 'failed') =>
        page.evaluate(
          (next) => window.happen(({ chat }) => ({ chat: chat.map((each) => ({ ...each, state: next })) })),
          state,
        );

      await become('sending');
      await message.getByText('Sending', { exact: true }).waitFor();
      await expectAccessible(page, 'sending');
      await become('failed');
      await message.getByText('Not sent').waitFor();
      expect(await message.getByText('Sending', { exact: true }).count()).toBe(0);
      await expectAccessible(page, 'not sent');

      await message.getByRole('button', { name: 'Send again' }).focus();
      await page.keyboard.press('Enter');
      const id = await page.evaluate(() => window.heard.find((line) => line.startsWith('retryChat')));
      expect(id).toBe('retryChat ["own0"]');
      await become('sent');
      await message.getByText('Not sent').waitFor({ state: 'detached' });
      expect(await message.getByRole('button', { name: 'Send again' }).count()).toBe(0);
    });
  });
});
