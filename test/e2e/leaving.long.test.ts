import { beforeAll, describe, expect, it } from 'vitest';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let link: string;

/** Both see each other's new pictures. */
async function seeEachOther(): Promise<void> {
  await ann.sees(bob);
  await bob.sees(ann);
}

beforeAll(async () => {
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
  link = await gather(ann, bob);
  await ann.watch();
  await bob.watch();
  await seeEachOther();
});

describe('leaving and coming back', () => {
  it('a reload: back in without being let in, with new keys, and seen again', async () => {
    const before = await ann.epoch();
    await bob.page.reload();
    await bob.enterName();
    await bob.button(/^(Ask to join|Join now)$/).click();
    await bob.inside();
    await bob.watch();
    await seeEachOther();
    await ann.isWith(bob);
    // One commit took the old leaf out, one let the new one in; at least the second changed the keys.
    expect(await ann.epoch()).toBeGreaterThan(before);
    expect(await ann.safetyCode()).toBe(await bob.safetyCode());
  });

  it('a killed media process: sound and pictures come back by themselves', async () => {
    const epoch = await ann.epoch();
    const { media } = company.server.running;
    const killed = media.workerPids;
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await until(
      () => media.workerPids,
      (pids) => pids.length === killed.length && pids.every((pid) => !killed.includes(pid)),
      'the media processes are replaced',
    );
    // Longer than any picture waits in a browser: what is seen from here on came the new way.
    await pause(1_000);
    await seeEachOther();
    await ann.isWith(bob);
    expect(await ann.epoch()).toBe(epoch);
  });

  it('a short break of the network: nobody leaves, nothing is lost', async () => {
    bob.browser.wire.cut();
    await bob.page.getByText('Reconnecting').first().waitFor();
    bob.browser.wire.mend();
    await until(
      () => bob.page.getByText('Reconnecting').count(),
      (count) => count === 0,
      'Bertrand is connected again',
    );
    await ann.say('Are you still there?');
    await until(
      () => bob.messages(),
      (texts) => texts.includes('Are you still there?'),
      'Bertrand reads what was said',
    );
    await seeEachOther();
    await ann.isWith(bob);
  });

  it('a long break: the others see the leave and change keys; the way back in takes itself', async () => {
    const before = await ann.epoch();
    bob.browser.wire.cut();
    await ann.isWith();
    await ann.epochBeyond(before);
    const alone = await ann.epoch();
    bob.browser.wire.mend();
    await ann.isWith(bob);
    await bob.inside();
    await seeEachOther();
    expect(await ann.epoch()).toBeGreaterThan(alone);
    expect(await ann.safetyCode()).toBe(await bob.safetyCode());
  });

  it('a closed tab: gone at the others at once, with new keys', async () => {
    const before = await ann.epoch();
    await bob.page.close({ runBeforeUnload: true });
    await ann.isWith();
    await ann.epochBeyond(before);
    expect(await ann.peopleNames()).toEqual(['Annemarie (you)']);

    // The same browser, and so the same device, comes back without being let in.
    bob.page = await bob.browser.newPage();
    await bob.open(link);
    await bob.button(/^(Ask to join|Join now)$/).click();
    await bob.inside();
    await bob.watch();
    await seeEachOther();
  });

  it('a killed browser: gone at the others, with new keys', async () => {
    const before = await ann.epoch();
    await bob.browser.kill();
    await ann.isWith();
    await ann.epochBeyond(before);
    expect(await ann.warnings()).toEqual([]);
  });
});
