import type { Person } from '../integration/signaling/client.ts';
import { ClusterPeople } from '../integration/signaling/clusterPeople.ts';
import { Gathering } from '../integration/signaling/meeting.ts';
import type { ClusterNode } from '../support/clusterSite.ts';
import { pause } from '../support/until.ts';

/**
 * How long a meeting is interrupted when one of a site's servers dies: real processes on a real PostgreSQL and a real
 * Redis, from SIGKILL until each person has a media transport on another server. They come back as browsers do, every
 * 100 ms; browsers wait up to a second longer. Takes the number of rounds. First the server that runs the meeting, then one that carries media only.
 */

const people = await ClusterPeople.start();
const rounds = Number(process.argv[2] ?? 3);

/** Until then its place may still be at the server that died. */
async function setUp({ client }: Person): Promise<void> {
  while ((await client.code('media:createTransport', { direction: 'send' })) !== 'ok') await pause(100);
}

interface Row {
  readonly died: string;
  readonly seconds: number;
}

async function measure(died: string, node: ClusterNode, back: () => Promise<unknown>): Promise<Row> {
  const from = performance.now();
  await Promise.all([node.program.kill(), back()]);
  const row = { died, seconds: Math.round((performance.now() - from) / 10) / 100 };
  // At once: one that fails must not take the others with it.
  console.log(JSON.stringify(row));
  return row;
}

try {
  const rows: Row[] = [];
  const region = (name: string) => ({ SEALROOM_REGION: name });
  let owner = await people.site.node('taipei-0', region('Taipei'));
  for (let round = 1; round <= rounds; round += 1) {
    const heir = await people.site.node(`taipei-${round}`, region('Taipei'));
    const carrier = await people.site.node(`tainan-${round}`, region('Tainan'));
    const gathering = await Gathering.open(people.at(owner));
    const { host } = gathering;
    const guest = await people.enter(gathering, carrier);
    await Promise.all([host, guest].map(setUp));
    rows.push(
      await measure('carries media only', carrier, async () => {
        await setUp(await people.comeBack(guest, heir));
      }),
    );
    rows.push(
      await measure('runs the meeting', owner, async () => {
        await setUp(await people.comeBack(host, heir));
      }),
    );
    people.hangUp();
    owner = heir;
  }
  console.table(rows);
  console.log(JSON.stringify({ nodes: rows }));
} finally {
  await people.close();
}
