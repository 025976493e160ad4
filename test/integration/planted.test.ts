import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { Search } from '../support/search.ts';
import { Wire } from '../support/wire.ts';

/** Everything that people say, name, ask, choose or write in this test. */
const marks = {
  host: 'Hildegard Markwart',
  guest: 'Quirin Ölßner',
  renamed: 'Quirin der Zweite',
  chat: 'The heron crossed at dawn',
  edited: 'The heron crossed at noon',
  chinese: '蒼鷺黎明時分飛過河面',
  aside: 'Only you know of the heron',
  toHosts: 'Hosts, mind the heron',
  fileName: 'heron-sightings-2031.pdf',
  fileText: 'Forty-one herons were counted',
  question: 'Which heron was largest?',
  option: 'The grey one by the weir',
  secondOption: 'The white one by the mill',
  why: 'Its wings spanned two metres',
  caption: 'I declare the heron count open',
  reaction: '👨‍👩‍👧‍👦',
  agenda: 'Heron count, minutes of March',
} as const;

let folder: string;
let site: Site;
let wire: Wire;
let bots: Bot[];
const lines: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted-'));
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  site = await startSite(join(folder, 'sealroom.sqlite'), undefined, log);
  wire = await Wire.open(() => Number(new URL(site.origin).port));
  bots = [];
});
afterEach(async () => {
  for (const bot of bots) bot.close();
  await wire.close();
  await site.close();
  await rm(folder, { recursive: true });
});

async function filesIn(path: string): Promise<Buffer[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

it('leaves nothing of what people do together in database, sealed files, log and on the wire', async () => {
  const origin = `http://127.0.0.1:${wire.port}`;
  const { host, link } = await foundByBot(origin, 'open');
  bots.push(host);
  await enter(host, marks.host);
  const guest = await openBot({ origin, link });
  bots.push(guest);
  await enter(guest, marks.guest);
  await host.until('two', ({ members }) => members.length === 2);
  const device = guest.state.self;
  if (!device) throw new Error('no device');

  host.core.sendChat(marks.chat);
  host.core.sendChat(marks.chinese);
  host.core.sendChat(marks.aside, { kind: 'person', device });
  guest.core.sendChat(marks.toHosts, { kind: 'hosts' });
  await guest.until(
    'three messages of the host',
    ({ chat }) => chat.filter(({ self }) => !self).length === 3,
  );
  const first = host.state.chat.find(({ text }) => text === marks.chat)?.id ?? '';
  await host.until('sent', ({ chat }) => chat.every(({ state }) => state === 'sent'));
  host.core.talk.edit(first, marks.edited);
  await guest.until('edited', ({ chat }) => chat.some(({ text }) => text === marks.edited));
  const file = new File([`${marks.fileText} `.repeat(2_000)], marks.fileName, {
    type: 'application/pdf',
  });
  await host.core.talk.sendFile(file);
  await guest.until('a file', ({ chat }) => chat.some((message) => message.file?.name === marks.fileName));
  const offered = guest.state.chat.find((message) => message.file !== null)?.id ?? '';
  await guest.core.files.download(offered, null);
  expect(guest.saved.get(marks.fileName)?.length).toBe(file.size);

  for (const [index, anonymous] of [false, true].entries()) {
    host.core.activities.want({
      do: 'open',
      definition: {
        kind: 'quiz',
        question: marks.question,
        options: [marks.option, marks.secondOption],
        anonymous,
      },
      answer: { option: 0, why: marks.why },
    });
    await guest.until('a poll', ({ activities }) => activities.polls.length === index + 1);
    const poll = guest.state.activities.polls[index]?.id ?? '';
    guest.core.activities.want({ do: 'vote', poll, chosen: [1] });
    await host.until('a ballot', ({ activities }) => activities.polls[index]?.ballots === 1);
    host.core.activities.want({ do: 'close', poll });
    await guest.until('the answer', ({ activities }) => activities.polls[index]?.answer?.why === marks.why);
    host.core.activities.want({ do: 'share', poll });
    await guest.until('results', ({ activities }) => activities.polls[index]?.stage === 'shared');
  }
  host.core.captions.write({ id: null, text: marks.caption, final: true, lang: 'en', spoken: false });
  await guest.until('a caption', ({ captions }) => captions.some(({ text }) => text === marks.caption));
  host.core.talk.react(marks.reaction);
  await guest.until('a reaction', ({ reactions }) => reactions.some(({ emoji }) => emoji === marks.reaction));
  const agenda = { items: [{ text: marks.agenda, minutes: 12 }], current: 0 };
  host.core.activities.want({ do: 'agenda', agenda });
  await guest.until('an agenda', ({ activities }) => activities.agenda?.items[0]?.text === marks.agenda);
  guest.core.people.rename(marks.renamed);
  await host.until('a name', ({ members }) => members.some(({ name }) => name === marks.renamed));
  host.core.control.setRecording(true);
  await guest.until('who records', ({ recording }) => recording.length === 1);
  expect(host.state.activities.attendance.map(({ name }) => name)).toEqual([marks.host, marks.renamed]);

  const search = new Search();
  for (const [name, text] of Object.entries(marks)) search.addText(name, text);
  // The search finds each mark where it is, in what the members themselves see: all but what was changed since.
  const seen = Buffer.from(JSON.stringify([host.state, guest.state]));
  const shown = new Set(search.in(seen).map((name) => name.replace(/ \(.*/, '')));
  const gone = new Set(['chat', 'fileText']);
  expect([...shown].sort()).toEqual(
    Object.keys(marks)
      .filter((name) => !gone.has(name))
      .sort(),
  );
  // And the places searched hold what passed.
  const database = Buffer.concat(await filesIn(folder));
  const blobs = Buffer.concat(await filesIn(site.blobFolder));
  const log = Buffer.from(lines.join(''));
  const passed = Buffer.concat([...wire.toServer(), ...wire.toBrowser()]);
  expect(database.includes(link.meeting)).toBe(true);
  expect(blobs.length).toBeGreaterThan(file.size);
  expect(log.length).toBeGreaterThan(0);
  for (const event of ['blob:create', 'group:send', 'stream:entries'])
    expect(passed.includes(event), event).toBe(true);

  for (const [place, bytes] of Object.entries({ database, blobs, log, passed }))
    expect(search.in(bytes), place).toEqual([]);
}, 60_000);
