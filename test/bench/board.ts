import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { Hand, sameBoard } from '../bots/drawing.ts';
import { startSite } from '../bots/site.ts';

// Five members draw at once for two minutes, a sixth comes in the middle; at the end all must see the same.
// `node test/bench/board.ts [seconds]`

const seconds = Number(process.argv[2] ?? 120);
const site = await startSite();
const { host, link } = await foundByBot(site.origin, 'open');
const bots: Bot[] = [host];
await enter(host, 'bot 0');
for (let number = 1; number < 5; number++) {
  const bot = await openBot({ origin: site.origin, link });
  await enter(bot, `bot ${number}`);
  bots.push(bot);
}
const began = Date.now();
const drawing = Promise.all(
  bots.map((bot, seed) => new Hand(bot, seed).draw(() => Date.now() - began < seconds * 1_000)),
);
await new Promise((resolve) => setTimeout(resolve, seconds * 500));
const late = await openBot({ origin: site.origin, link });
await enter(late, 'late');
bots.push(late);
await drawing;
const ended = Date.now();
const board = await sameBoard(bots, 30_000);
console.log(
  JSON.stringify(
    {
      members: bots.length,
      seconds: Math.round((ended - began) / 1_000),
      elements: board.length,
      sameAfterMs: Date.now() - ended,
      differing: bots.flatMap(({ state }) => state.board.differs).length,
      alarms: bots.flatMap(({ state }) => state.alarms).map(({ alarm }) => alarm.kind),
      residentMiB: Math.round(process.memoryUsage().rss / 1024 ** 2),
    },
    null,
    2,
  ),
);
for (const bot of bots) bot.close();
await site.close();
