import { beforeAll, describe, expect, it } from 'vitest';
import { useCompany } from '../support/company.ts';
import { focusOf, tabTo } from '../support/keyboard.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let link: string;
/** All that was said to a screen reader at Annemarie’s and at Bertrand’s. */
const said = new Map<Person, string[]>();

beforeAll(async () => {
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
  for (const person of [ann, bob]) {
    const words: string[] = [];
    said.set(person, words);
    await person.page.exposeFunction('say', (text: string) => words.push(text));
    await person.page.addInitScript(listenToRegions);
  }
  link = await ann.startMeeting();
});

/** Passes on what changes in the page’s live regions, as a screen reader reads it. */
function listenToRegions(): void {
  const live = '[aria-live=polite], [role=status], [role=alert], [role=log]';
  new MutationObserver((changes) => {
    const regions = new Set(
      changes.flatMap(({ target }) => {
        const element = target instanceof Element ? target : target.parentElement;
        return element?.closest(live) ?? [];
      }),
    );
    for (const region of regions) {
      const say: unknown = Reflect.get(window, 'say');
      if (typeof say === 'function') say(region.textContent ?? '');
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Waits until a screen reader has said this to somebody. */
async function isTold(person: Person, words: string | RegExp): Promise<void> {
  await until(
    () => said.get(person) ?? [],
    (all) => all.some((each) => (typeof words === 'string' ? each.includes(words) : words.test(each))),
    `${person.name} is told: ${words}`,
  );
}

/** Goes on with Tab; every stop on the way can be seen. */
async function goTo(person: Person, text: string): Promise<void> {
  const unseen = (await tabTo(person.page, text)).filter(({ name, ring }) => ring < 2 && name !== '');
  expect(unseen.map(({ name }) => name)).toEqual([]);
}

const press = (person: Person, key: string) => person.page.keyboard.press(key);

/** Opens the list of people; its heading has the focus then. */
async function openPeople(person: Person): Promise<void> {
  await press(person, 'p');
  await until(
    () => focusOf(person.page),
    ({ name }) => name === 'People',
    'the panel has the focus',
  );
}

describe('by keyboard alone, with a screen reader', () => {
  it('a guest knocks, is announced and is let in', async () => {
    await bob.page.goto(link);
    await bob.page.getByLabel('Your name').waitFor();
    await goTo(bob, 'Skip to the content');
    while (
      (await bob.page.getByLabel('Your name').evaluate((field) => field === document.activeElement)) === false
    )
      await press(bob, 'Tab');
    await bob.page.keyboard.type('Bertrand');
    await press(bob, 'Enter');
    await bob.heading('Waiting to be let in').waitFor();

    await isTold(ann, 'Bertrand is waiting to be let in');
    await openPeople(ann);
    await goTo(ann, 'Admit Bertrand');
    await press(ann, 'Enter');
    await bob.inside();
    await isTold(ann, 'Bertrand joined');
  });

  it('writes, and is read out to the others', async () => {
    await press(ann, 'Escape');
    await goTo(bob, 'Chat');
    await press(bob, 'Enter');
    await bob.panel('Chat').waitFor();
    await bob.page.keyboard.type('Good morning, 早安');
    await press(bob, 'Enter');
    await isTold(ann, /Bertrand.*message|message.*Bertrand/i);
    expect(await ann.messages()).toEqual(['Good morning, 早安']);
    await press(bob, 'Escape');
    await until(
      () => focusOf(bob.page),
      ({ name }) => name.startsWith('Chat'),
      'focus is back where it came from',
    );
  });

  it('raises a hand, which is announced, and is muted by the host, which is told', async () => {
    await press(bob, 'h');
    await isTold(ann, /Bertrand.*hand|hand.*Bertrand/i);

    await press(ann, 'Escape');
    await openPeople(ann);
    await goTo(ann, 'Actions for Bertrand');
    await press(ann, 'Enter');
    await ann.page.getByRole('menu').waitFor();
    await until(
      async () => {
        await press(ann, 'ArrowDown');
        return (await focusOf(ann.page)).name;
      },
      (name) => name === 'Mute',
      'the entry is reached',
    );
    await press(ann, 'Enter');
    await isTold(bob, 'Annemarie turned off your microphone');
    expect(await bob.control('Microphone').getAttribute('aria-pressed')).toBe('false');
    await press(bob, 'm');
    await until(
      () => bob.control('Microphone').getAttribute('aria-pressed'),
      (pressed) => pressed === 'true',
      'the microphone is on again',
    );
  });

  it('leaves after a question, which is announced once', async () => {
    await goTo(bob, 'Leave');
    await press(bob, 'Enter');
    await bob.page.getByRole('alertdialog', { name: 'Leave the meeting?' }).waitFor();
    await press(bob, 'Enter');
    await bob.heading('You have left the meeting').waitFor();
    await isTold(ann, 'Bertrand left');
    expect(said.get(ann)?.filter((each) => each.includes('Bertrand left'))).toHaveLength(1);
  });
});
