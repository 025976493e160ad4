import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkPath, type MeetingLink } from '../../client/e2ee/link/link.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { PUBLIC_URL, startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

/** With the teacher and two students in browsers, a class of thirty. */
const STUDENTS_WITHOUT_BROWSER = 27;
const PATIENCE = 60_000;

const company = useCompany(startTestServer);
let meeting: MeetingLink;
let teacher: Bot;
let ming: Person;
let yu: Person;
const students: Bot[] = [];

beforeAll(async () => {
  const origin = `http://127.0.0.1:${company.server.port}`;
  const founded = await foundByBot(origin, 'classroom');
  meeting = founded.link;
  teacher = founded.host;
  await enter(teacher, 'Ms Lin');
  const link = `${PUBLIC_URL}${linkPath(founded.link)}`;
  [ming, yu] = await company.arrive('Mingming', 'Yuyu');
  const persons = [ming, yu];
  await Promise.all(persons.map((person) => person.ask(link)));
  for (let i = 0; i < STUDENTS_WITHOUT_BROWSER; i++) {
    const bot = await openBot({ origin, link: founded.link });
    students.push(bot);
    await bot.until('at the door', (state) => state.phase.name === 'prejoin', PATIENCE);
    bot.core.join(`Student ${i + 1}`, '');
  }
  const all = STUDENTS_WITHOUT_BROWSER + persons.length;
  const { knocks } = await teacher.until('a full lobby', (state) => state.knocks.length === all, PATIENCE);
  teacher.core.control.admit(knocks.map(({ knockId }) => knockId));
  await everybody('a full class', (state) => state.members.length === all + 1);
  await Promise.all(persons.map((person) => person.inside()));
  for (const person of persons) await person.watch();
  await yu.sees(ming);
  await ming.sees(yu);
}, 240_000);

afterAll(() => {
  for (const bot of students) bot.close();
  teacher?.close();
});

/** All who have no browser. */
const present = () => [teacher, ...students].filter(({ state }) => state.phase.name === 'meeting');

async function everybody(what: string, condition: (state: CoreState) => boolean): Promise<void> {
  for (const bot of present()) await bot.until(what, condition, PATIENCE);
}

function deviceOf(name: string): DeviceKey {
  const found = teacher.state.members.find((member) => member.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.device;
}

const handsIn = (state: CoreState) =>
  state.members
    .filter(({ hand }) => hand !== null)
    .toSorted((a, b) => (a.hand ?? 0) - (b.hand ?? 0))
    .map(({ name }) => name);

/** Pictures of somebody that another sees in the next two seconds. */
async function picturesOf(whom: Person, by: Person): Promise<number> {
  await by.takeSights();
  await pause(2_000);
  const seen = (await by.takeSights()).filter(({ label }) => label === whom.name);
  return seen.flatMap(({ sights }) => sights).length;
}

// One lesson from beginning to end: each part goes on where the one before ended.
describe('a class of thirty', () => {
  it('begins in one group with one code, students silent and without the say', async () => {
    const codes = () => new Set(present().map(({ state }) => state.seal.code));
    await expect.poll(() => codes().size, { timeout: PATIENCE }).toBe(1);
    for (const { state } of students) {
      expect(state.role).toBe('participant');
      expect([...state.rights].sort()).toEqual(['camera', 'chatHosts', 'react']);
      expect(state.members.every(({ self, blocked }) => !self || blocked.includes('microphone'))).toBe(true);
    }
    expect(await yu.control('Microphone').count()).toBe(1);
    expect(await picturesOf(ming, yu)).toBeGreaterThan(0);
  });

  it('raises hands in one order for all, and the one called may speak', async () => {
    const [first, second] = students;
    if (!first || !second) throw new Error('no students');
    first.core.people.setHand(true);
    await everybody('one hand', (state) => handsIn(state).length === 1);
    second.core.people.setHand(true);
    const order = [first.state.name, second.state.name];
    await everybody('two hands', (state) => handsIn(state).join() === order.join());

    const { self } = first.state;
    if (!self) throw new Error('no device');
    teacher.core.control.ask(self, 'microphone');
    await first.until('asked', ({ asks }) =>
      asks.some(({ by, source }) => by === 'Ms Lin' && source === 'microphone'),
    );
    const may = (state: CoreState) =>
      !state.members.find(({ device }) => device === self)?.blocked.includes('microphone');
    await everybody('may speak', may);
    expect(second.state.members.find((member) => member.self)?.blocked).toContain('microphone');

    // And is silent again with all the others at one act.
    teacher.core.control.stop('everyone', ['microphone'], true);
    await everybody('muted again', (state) => !may(state));

    teacher.core.lowerHand('everyone');
    await everybody('no hands', (state) => handsIn(state).length === 0);
    expect(first.state.notices.some(({ notice }) => notice.kind === 'hand-lowered')).toBe(true);
  });

  it('does not hear the words of a student whose client asks for no leave', async () => {
    const [loud, listener] = students.slice(2);
    if (!loud || !listener) throw new Error('no students');
    // Past the own client's rules, as a modified one would.
    loud.core.sendChat('Everybody look at me', { kind: 'everyone' });
    loud.core.talk.react('🙈');
    await listener.until('a reaction', ({ reactions }) => reactions.length > 0);
    for (const { state } of present()) {
      if (state.self !== loud.state.self)
        expect(state.chat.map(({ text }) => text)).not.toContain('Everybody look at me');
    }
  });

  it('sees nothing of a stopped camera, although its owner hears of nothing', async () => {
    const device = deviceOf(ming.name);
    ming.browser.wire.freeze();
    teacher.core.control.stop([device], ['camera', 'microphone'], true);
    await teacher.until('stopped', ({ members }) =>
      members.some((member) => member.device === device && member.blocked.includes('camera')),
    );
    await until(
      () => picturesOf(ming, yu),
      (pictures) => pictures === 0,
      'two seconds without a picture',
    );
    // By itself it would still send.
    expect(await ming.page.getByText('turned off your camera').count()).toBe(0);
  });

  it('tells a student whose camera is stopped what happened, and by whom', async () => {
    teacher.core.control.stop([deviceOf(yu.name)], ['camera'], false);
    await yu.page.getByText('Ms Lin turned off your camera.').first().waitFor({ timeout: PATIENCE });
  });

  it('puts out and bars one who misbehaves; all others go on with new keys', async () => {
    const rude = students.at(-1);
    if (!rude?.state.self) throw new Error('no student');
    const { self } = rude.state;
    const { epoch } = teacher.state.seal;
    teacher.core.control.remove(self, true);
    await rude.until('put out', ({ phase }) => phase.name === 'removed' && phase.banned, PATIENCE);
    const without = (state: CoreState) => state.members.every(({ device }) => device !== self);
    await everybody('one less', (state) => without(state) && state.seal.epoch > epoch);
    const again = await openBot({
      origin: `http://127.0.0.1:${company.server.port}`,
      link: meeting,
      keyStore: rude.keyStore,
    });
    await again.until('refused', ({ phase }) => phase.name === 'denied' && phase.banned, PATIENCE);
    again.close();
  });

  it('stops at one press, and goes on exactly as before at another', async () => {
    const rights = (state: CoreState) => [...state.rights].sort().join();
    const before = new Map(students.map((bot) => [bot, rights(bot.state)]));
    teacher.core.control.setPanic(true);
    for (const bot of students.filter(({ state }) => state.phase.name === 'meeting')) {
      await bot.until('silence', (state) => state.panic && rights(state) === '', PATIENCE);
    }
    await yu.page
      .getByText(/Ms Lin stopped everything/)
      .first()
      .waitFor({ timeout: PATIENCE });
    expect(teacher.state.rights.has('speak')).toBe(true);
    teacher.core.control.setPanic(false);
    for (const bot of students.filter(({ state }) => state.phase.name === 'meeting')) {
      await bot.until('as before', (state) => !state.panic && rights(state) === before.get(bot), PATIENCE);
    }
  });

  it('ends for all', async () => {
    const there = present();
    teacher.core.end();
    for (const bot of there) await bot.until('the end', ({ phase }) => phase.name === 'ended', PATIENCE);
    await yu.heading('The meeting has ended').waitFor({ timeout: PATIENCE });
  });
});
