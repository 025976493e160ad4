import { describe, expect, it } from 'vitest';
import { gather, useCompany } from '../support/company.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

const company = useCompany(startTestServer);

describe('being removed', () => {
  it('shows it, ends all media for the removed, and gives the others new keys', async () => {
    const [ann, bob, cho] = await company.arrive('Annemarie', 'Bertrand', 'Chouko');
    await gather(ann, bob, cho);
    for (const person of [ann, bob, cho]) await person.watch();
    await ann.sees(bob, cho);
    await bob.sees(ann, cho);
    const before = await ann.epoch();

    const people = await ann.openPanel('People');
    await ann.button('Actions for Bertrand', people).click();
    await ann.page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
    await ann.button('Remove', ann.page.getByRole('alertdialog')).click();

    await bob.heading('You were removed from the meeting').waitFor();
    await ann.isWith(cho);
    await cho.isWith(ann);
    await ann.epochBeyond(before);
    await cho.epochBeyond(before);
    expect(await ann.safetyCode()).toBe(await cho.safetyCode());

    // From here on nothing of the meeting reaches the removed page, while the others go on.
    await bob.takeSights();
    await cho.sees(ann);
    await pause(3_000);
    expect((await bob.takeSights()).flatMap(({ sights }) => sights)).toEqual([]);
    expect(await bob.page.locator('video, audio').count()).toBe(0);
    const received = () => bob.browser.wire.toBrowser().reduce((sum, bytes) => sum + bytes.length, 0);
    // What the page itself still loads, on a slow machine, is not of the meeting.
    const settled = await until(
      async () => {
        const before = received();
        await pause(2_000);
        return { before, after: received() };
      },
      ({ before, after }) => before === after,
      'the page has loaded',
      60_000,
    );
    await ann.say('Now we are among ourselves');
    await until(
      () => cho.messages(),
      (texts) => texts.includes('Now we are among ourselves'),
      'Chouko reads it',
    );
    expect(received() - settled.after).toBeLessThan(2_000);
    await ann.sees(cho);
    for (const person of [ann, cho]) expect(await person.warnings()).toEqual([]);
  });
});
