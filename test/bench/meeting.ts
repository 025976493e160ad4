import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ensureClient } from '../../server/tools/clientBuild.ts';
import { freePort, memoryOf, Program } from '../support/childServer.ts';
import { Person } from '../support/person.ts';
import { PUBLIC_URL } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

/** How long a join takes, how late pictures are, what the server and the page weigh. Prints a table and JSON. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const JOINS = 10;
/** Resolution of everything that is measured from pictures, in ms. */
const LOOK_MS = 15;

interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly count: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return { median: at(0.5), p95: at(0.95), count: sorted.length };
}

const mebibytes = (bytes: number) => Math.round(bytes / 1024 ** 2);

function rss(pid: number) {
  const processes = memoryOf(pid);
  const sum = (worker: boolean) =>
    processes
      .filter(({ name }) => name.startsWith('mediasoup') === worker)
      .reduce((total, { rssBytes }) => total + rssBytes, 0);
  return { serverMiB: mebibytes(sum(false)), workersMiB: mebibytes(sum(true)) };
}

/** Paths of scripts and wasm that a browser fetched so far. */
function fetched(person: Person): Set<string> {
  const text = person.browser.wire
    .toServer()
    .map((bytes) => bytes.toString('latin1'))
    .join('\n');
  const paths = [...text.matchAll(/^GET (\/\S+\.(?:js|wasm)) HTTP/gm)].map(([, path]) => path ?? '');
  return new Set(paths);
}

async function gzipKilobytes(paths: ReadonlySet<string>): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    bytes += gzipSync(await readFile(join(root, 'client/dist', path)), { level: 9 }).length;
  }
  return Math.round(bytes / 100) / 10;
}

async function joinTime(host: Person, guest: Person, link: string): Promise<number> {
  await guest.renew();
  await guest.open(link);
  await guest.watch(false, LOOK_MS);
  const button = guest.button('Join now');
  await button.waitFor();
  await pause(1_000);
  await guest.page.evaluate(() => {
    addEventListener('click', () => sessionStorage.setItem('clicked', String(Date.now())), {
      capture: true,
      once: true,
    });
  });
  await button.click();
  const first = await until(
    async () =>
      (await guest.takeSights()).flatMap(({ sights }) => sights).find(({ sender }) => sender === host.sender)
        ?.at ?? 0,
    (at) => at > 0,
    'the first picture of the host',
  );
  const clicked = await guest.page.evaluate(() => Number(sessionStorage.getItem('clicked')));
  await guest.page.close({ runBeforeUnload: true });
  await host.isWith();
  return first - clicked;
}

/** From the moment a picture shows in the sender's own preview to the moment it shows at the receiver. */
async function lateness(sender: Person, receiver: Person, seconds: number): Promise<number[]> {
  await sender.takeSights();
  await receiver.takeSights();
  await pause(seconds * 1000);
  const shown = (await sender.takeSights())
    .filter(({ label }) => label === `${sender.name} (you)`)
    .flatMap(({ sights }) => sights);
  const seen = (await receiver.takeSights())
    .filter(({ label }) => label === sender.name)
    .flatMap(({ sights }) => sights);
  return seen.flatMap(({ counter, at }) => {
    const own = shown
      .filter((each) => each.counter === counter && each.at <= at && at - each.at < 5_000)
      .at(-1);
    return own === undefined ? [] : [at - own.at];
  });
}

// Built beforehand: a server that has just built the page in its own process would be weighed with the builder.
await ensureClient();
const dataDir = await mkdtemp(join(tmpdir(), 'sealroom-bench-'));
const port = await freePort();
const server = new Program(process.execPath, ['server/tools/start.ts'], {
  cwd: root,
  env: {
    ...process.env,
    SEALROOM_PORT: String(port),
    SEALROOM_MEDIA_PORT: '0',
    SEALROOM_DATA: dataDir,
    SEALROOM_PUBLIC_URL: PUBLIC_URL,
  },
});
const everyone: Person[] = [];
try {
  await server.says('Sealroom is ready');
  await pause(3_000);
  const idle = rss(server.pid);

  const arrive = async (name: string, sender: number) => {
    const person = await Person.arrive(name, sender, { port });
    everyone.push(person);
    return person;
  };
  const ann = await arrive('Annemarie', 0);
  await ann.page.goto(PUBLIC_URL, { waitUntil: 'networkidle' });
  const landing = await gzipKilobytes(fetched(ann));
  const link = await ann.startMeeting('Open');
  await ann.watch(false, LOOK_MS);

  const bob = await arrive('Bertrand', 1);
  const joins: number[] = [];
  for (let i = 0; i < JOINS; i += 1) joins.push(await joinTime(ann, bob, link));

  await bob.renew();
  await bob.page.goto(link);
  await bob.enterName();
  await bob.button('Join now').click();
  await bob.inside();
  await bob.watch(false, LOOK_MS);
  await bob.sees(ann);
  await ann.sees(bob);
  const two = [...(await lateness(ann, bob, 10)), ...(await lateness(bob, ann, 10))];
  const meeting = await gzipKilobytes(fetched(bob));

  const cho = await arrive('Chouko', 2);
  await cho.page.goto(link);
  await cho.enterName();
  await cho.button('Join now').click();
  await cho.inside();
  await cho.watch(false, LOOK_MS);
  await cho.sees(ann, bob);
  await pause(10_000);
  const full = rss(server.pid);
  const three = await lateness(ann, cho, 10);

  const figures = {
    clickToFirstRemoteFrameMs: spread(joins),
    glassToGlassTwoMs: spread(two),
    glassToGlassThreeMs: spread(three),
    rssIdle: idle,
    rssThreeParticipants: full,
    landingJsGzipKb: landing,
    meetingJsWasmGzipKb: meeting,
  };
  const line = ({ median, p95, count }: Spread) => `median ${median} ms, 95% ${p95} ms (${count})`;
  console.table({
    'click to first remote frame': line(figures.clickToFirstRemoteFrameMs),
    'glass to glass, 2 people': line(figures.glassToGlassTwoMs),
    'glass to glass, 3 people': line(figures.glassToGlassThreeMs),
    'memory idle': `server ${idle.serverMiB} MiB, media workers ${idle.workersMiB} MiB`,
    'memory with 3 people': `server ${full.serverMiB} MiB, media workers ${full.workersMiB} MiB`,
    'landing JS, gzip': `${landing} kB`,
    'meeting JS and wasm, gzip': `${meeting} kB`,
  });
  console.log(JSON.stringify(figures));
} finally {
  for (const person of everyone) await person.close();
  await server.kill();
  await rm(dataDir, { recursive: true, force: true });
}
