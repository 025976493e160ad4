import { parseArgs } from 'node:util';
import { pause } from '../../support/until.ts';
import { FaultServer } from '../faultServer.ts';
import { Ledger, seeded } from './ledger.ts';
import { missing } from './verify.ts';
import { type Life, write } from './writers.ts';

/**
 * Kills the real server with SIGKILL at random moments while meetings, invitations, files and the audit log are written,
 * and looks on its disk each time whether all that it acknowledged is there. SQLite. Prints the seed; exit code 1 where
 * something is lost.
 * `npm run test:durability [-- --kills 200 --seed 1]`
 */

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
console.log(`seed ${seed}, ${kills} kills`);

/** How many write at once, and how long the server lives at most after it is ready; in ms. */
const WRITERS = 4;
const LIFE_MS = 1_500;
const TELL_EVERY = 20;

const random = seeded(seed);
const ledger = new Ledger();
const server = await FaultServer.start();
try {
  for (let kill = 1; kill <= kills; kill += 1) {
    const over = new AbortController();
    const life: Life = { port: server.port, ledger, random, over: over.signal, clients: [] };
    const killed = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    const writing = Array.from({ length: WRITERS }, () => Promise.race([write(life), killed]));
    await pause(random() * LIFE_MS);
    const dying = server.kill();
    over.abort();
    await Promise.all([dying, ...writing]);
    for (const client of life.clients) client.close();
    // Answers that were in the sockets already count.
    await pause(20);
    const lost = await missing(server, ledger);
    if (lost.length > 0) {
      console.error(`lost at kill ${kill} of seed ${seed}:\n${lost.slice(0, 20).join('\n')}`);
      process.exitCode = 1;
      break;
    }
    if (kill % TELL_EVERY === 0 || kill === kills)
      console.log(JSON.stringify({ kill, lost: 0, ...ledger.writes }));
    await server.start();
  }
} finally {
  await server.close();
}
// Requests without an answer hold the process.
process.exit();
