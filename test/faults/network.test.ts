import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Apart, meetApart } from '../support/apart.ts';
import type { Line } from '../support/household.ts';
import { namespacesRefused } from '../support/namespace.ts';
import { keepPeers } from '../support/peers.ts';
import type { Person } from '../support/person.ts';
import { slowWireRefused } from '../support/slowWire.ts';
import { pause, until } from '../support/until.ts';
import { record } from './faultRow.ts';
import { qualityOf } from './quality.ts';

const refused = namespacesRefused();
if (refused !== null) console.warn(`NOT TESTED: bad networks. Reason: ${refused}`);

let apart: Apart;
let ann: Person;
let bob: Person;

/** Until both see new pictures of each other, in milliseconds. */
async function seen(): Promise<number> {
  const from = performance.now();
  await Promise.all([ann.sees(bob), bob.sees(ann)]);
  return performance.now() - from;
}

async function sameKeys(): Promise<void> {
  await until(
    () => Promise.all([ann.safetyCode(), bob.safetyCode()]),
    ([one, other]) => one === other && one?.length === 30,
    'both have the same keys',
  );
  expect([await ann.warnings(), await bob.warnings()]).toEqual([[], []]);
}

/** Something happens to the network and is over. */
async function passes(
  context: TestContext,
  text: string,
  happens: () => Promise<void> | void,
): Promise<void> {
  await happens();
  const from = performance.now();
  // Longer than any picture waits in a browser: what is seen from here on came the new way.
  await pause(1_500);
  await seen();
  const recoveredMs = performance.now() - from;
  await sameKeys();
  record(context, { fault: context.task.name, seen: text, recoveredMs, lost: 'nothing; the same keys' });
}

/** The line of one of the two is bad, for as long as it takes to measure what is left. */
async function badLine(context: TestContext, line: Line): Promise<void> {
  const home = apart.bobsHome;
  await home.line(line);
  try {
    await pause(5_000);
    const down = await qualityOf(bob, ann);
    const up = await qualityOf(ann, bob);
    const words = ({ freezeMs, picturesPerSecond, height, sound, concealed }: typeof down) =>
      `${picturesPerSecond} pictures/s of ${height} lines, longest freeze ${freezeMs} ms, sound ${sound} alike, ${Math.round(concealed * 1_000) / 10} % of it made up`;
    await home.line({});
    const recoveredMs = await seen();
    await sameKeys();
    record(context, {
      fault: context.task.name,
      seen: `to the bad line: ${words(down)}; from it: ${words(up)}`,
      recoveredMs,
      lost: 'nothing; the same keys',
    });
  } finally {
    await home.line({});
  }
}

describe.skipIf(refused !== null)('a network', () => {
  beforeAll(async () => {
    apart = await meetApart();
    ({ ann, bob } = apart);
    await Promise.all([ann.watch(true), bob.watch(true)]);
    await seen();
    // The estimate of the way begins low.
    await pause(10_000);
  });
  afterAll(() => apart?.close());

  it('Line of one person perfect, to compare with', (context) => badLine(context, {}));
  it('Line of one person loses 1 % each way', (context) => badLine(context, { loss: 0.01 }));
  it('Line of one person loses 5 % each way', (context) => badLine(context, { loss: 0.05 }));
  it('Line of one person loses 15 % each way', (context) => badLine(context, { loss: 0.15 }));
  it('Line of one person of 200 kbit/s each way', (context) => badLine(context, { rate: 200_000 }));
  it('Line of one person with 300 ms of delay, 60 ms of jitter, 5 % out of order', async (context) => {
    const noDelay = slowWireRefused();
    if (noDelay !== null) return context.skip(noDelay);
    await badLine(context, { delay: 300, jitter: 60, reorder: 0.05 });
  });
  it('Address of a router changed (NAT rebinding)', (context) =>
    passes(context, 'pictures stand for that long', () => apart.bobsHome.rebind()));
  it('Network of one person cut for 3 s', (context) =>
    passes(context, 'pictures of one person stand; "Reconnecting" to that person', async () => {
      apart.bobsHome.cut();
      await pause(3_000);
      apart.bobsHome.mend();
    }));
  it('UDP of one person blocked in the meeting', (context) =>
    passes(context, 'pictures stand; then they go by TCP', () =>
      apart.bobsHome.allow([{ protocol: 'tcp' }]),
    ));
  it('UDP allowed again', (context) => passes(context, 'nothing', () => apart.bobsHome.allow(null)));
  it('Device of one person asleep for 30 s', (context) =>
    passes(context, 'the others see the person leave; back by itself', async () => {
      apart.bobsHome.sleep(true);
      await pause(30_000);
      apart.bobsHome.sleep(false);
    }));
  it('Media worker killed (SIGKILL) in a meeting', (context) =>
    passes(context, 'pictures and sound stop and come back by themselves', async () => {
      const killed = apart.server.running.media.workerPids;
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      await until(
        () => apart.server.running.media.workerPids,
        (pids) => pids.length === killed.length && pids.every((pid) => !killed.includes(pid)),
        'the media workers are replaced',
      );
    }));
  it('Tab of one person crashed and loaded again', async (context) => {
    const crash = bob.page.goto('chrome://crash').catch(() => undefined);
    await pause(1_000);
    await crash;
    const from = performance.now();
    const old = bob.page;
    bob.page = await bob.browser.newPage();
    await old.close();
    await keepPeers(bob.page);
    await bob.open(await ann.page.evaluate(() => location.href));
    await bob.button('Join now').click();
    await bob.inside();
    await bob.watch();
    await seen();
    await sameKeys();
    record(context, {
      fault: context.task.name,
      seen: 'the others see the person leave and come back; nobody has to let the person in',
      recoveredMs: performance.now() - from,
      lost: 'what was said while the person was away, and the chat of before on that device',
    });
  });
});
