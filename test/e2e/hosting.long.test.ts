import { beforeAll, describe, expect, it } from 'vitest';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

declare global {
  interface Window {
    notes: number[];
  }
}

/** Pitches in hertz, as rounded below. */
const KNOCK = [659, 523];
const JOIN = [523, 659];
/** At most one sound of an arrival in this time. */
const QUIET_MS = 5_000;

const company = useCompany(startTestServer);
let teacher: Person;
let student: Person;
let link: string;

beforeAll(async () => {
  [teacher, student] = await company.arrive('Annemarie', 'Bertrand');
});

async function microphoneIs(person: Person, on: boolean): Promise<void> {
  await until(
    () => person.control('Microphone').getAttribute('aria-pressed'),
    (pressed) => pressed === String(on),
    `the microphone of ${person.name} is ${on ? 'on' : 'off'}`,
  );
}

/** Counts the notes a page plays from now on, by their pitch in hertz, where sound really runs. */
async function noteSounds(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    const start = OscillatorNode.prototype.start;
    window.notes = [];
    OscillatorNode.prototype.start = function (when) {
      if (this.context.state === 'running') window.notes.push(Math.round(this.frequency.value));
      start.call(this, when);
    };
  });
}

const notes = (person: Person) => person.page.evaluate(() => window.notes.splice(0));

/** Chooses from the menu of a member in the teacher's people list. */
async function choose(name: string, entry: string): Promise<void> {
  const panel = await teacher.openPanel('People');
  await teacher.button(`Actions for ${name}`, panel).click();
  await teacher.page.getByRole('menuitem', { name: entry, exact: true }).click();
}

describe('a host', () => {
  it('says something to who waits, and lets them in', async () => {
    link = await teacher.startMeeting();
    const host = await teacher.openPanel('Host controls');
    await host.getByText('Come in muted').click();
    await noteSounds(teacher);
    await student.ask(link, 'It is me');
    await expect.poll(() => notes(teacher), { timeout: 10_000 }).toEqual(KNOCK);
    const panel = await teacher.openPanel('People');
    await teacher.button('More for Bertrand', panel).click();
    await teacher.page.getByRole('menuitem', { name: 'Write to them' }).click();
    const dialog = teacher.page.getByRole('dialog', { name: 'Write to the person waiting' });
    await teacher.button('We start in a few minutes.', dialog).click();
    await teacher.button('Send', dialog).click();
    const said = student.page.getByRole('log', { name: 'From the host' });
    await said.getByText('We start in a few minutes.').waitFor();
    await said.getByText(/^Annemarie, /).waitFor();
    await teacher.admit('Bertrand');
    await student.inside();
  });

  it('has newcomers come in muted; they are told, and unmute themselves', async () => {
    await microphoneIs(student, false);
    await student.page
      .getByText(/Turn yours on to speak/)
      .first()
      .waitFor();
    const tile = teacher.page.locator('li.tile', { hasText: 'Bertrand' });
    await tile.getByRole('img', { name: 'Microphone off' }).waitFor();
    await student.control('Microphone').click();
    await microphoneIs(student, true);
    await tile.getByRole('img', { name: 'Microphone off' }).waitFor({ state: 'detached' });
  });

  it('holds a person muted, then asks; the person alone unmutes', async () => {
    await microphoneIs(student, true);
    await choose('Bertrand', 'Mute and keep muted');
    await microphoneIs(student, false);
    await student.page.getByText('Annemarie turned off your microphone.').first().waitFor();
    await student.button('Dismiss').click();
    await choose('Bertrand', 'Ask to unmute');
    const ask = student.page.getByRole('alert');
    await ask.getByText('Annemarie asks you to turn on your microphone').waitFor();
    await microphoneIs(student, false);
    await student.button(/^Turn microphone on/, ask).click();
    await microphoneIs(student, true);
    expect(await ask.count()).toBe(0);
  });

  it('stops everything with one press, and lets it go on with the next', async () => {
    await teacher.button('Stop everything').click();
    const banner = student.page.getByRole('alert');
    await banner.getByText('Everything is stopped').waitFor();
    await banner.getByText(/Annemarie has stopped the meeting/).waitFor();
    await microphoneIs(student, false);
    await microphoneIs(teacher, true);
    const alert = teacher.page.getByRole('alert');
    await teacher.button('Undo: let everything go on', alert).click();
    await banner.waitFor({ state: 'detached' });
    await student.control('Microphone').click();
    await microphoneIs(student, true);
  });

  it('puts a person back to the waiting room, who sees it, and lets them in again', async () => {
    await choose('Bertrand', 'Send back to the waiting room');
    await teacher.button('Send back', teacher.page.getByRole('alertdialog')).click();
    await student.heading('A host sent you back to the waiting room').waitFor();
    await teacher.isWith();
    // The knock has made its sound.
    await pause(QUIET_MS);
    await notes(teacher);
    await teacher.admit('Bertrand');
    await student.inside();
    await teacher.isWith(student);
    await expect.poll(() => notes(teacher), { timeout: 10_000 }).toEqual(JOIN);
  });

  it('comes back on another device by the recovery code', async () => {
    const panel = await teacher.openPanel('Host controls');
    await teacher.button('Make a recovery code', panel).click();
    const dialog = teacher.page.getByRole('alertdialog', { name: 'Your recovery code' });
    await dialog.locator('.recovery-code').waitFor();
    const groups = await dialog.locator('.recovery-code span').allTextContents();
    expect(groups.join('')).toMatch(/^[0-9A-Z]{25}$/);
    // Escape does not lose it.
    await teacher.page.keyboard.press('Escape');
    await dialog.getByText('I have written it down or put it away safely').click();
    await teacher.button('Done', dialog).click();
    await dialog.waitFor({ state: 'detached' });

    const [other] = await company.arrive('Annemarie again');
    await other.open(link);
    await other.button('I am the host').click();
    const entry = other.page.getByRole('dialog', { name: 'Come back as the host' });
    await entry.getByLabel('Recovery code').fill(`${groups.slice(0, 4).join('-')}-00000`);
    await other.button('Become host', entry).click();
    await entry.getByText(/This is not the recovery code/).waitFor();
    // Sounds of arrivals can be switched off; those of the last five seconds would hide the next.
    const settings = teacher.panel('Settings');
    await teacher.control('More').click();
    await teacher.page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
    await settings.getByText('When somebody asks to join or comes in').click();
    await pause(QUIET_MS);
    await notes(teacher);
    await entry.getByLabel('Recovery code').fill(groups.join(' ').toLowerCase());
    await other.button('Become host', entry).click();
    await other.page.getByText('This device is now a host of the meeting.').waitFor();
    await other.button('Join now').click();
    await other.inside();
    await other.button('Stop everything').waitFor();
    await teacher.isWith(student, other);
    expect(await notes(teacher)).toEqual([]);
  });
});
