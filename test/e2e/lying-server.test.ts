import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFragment, encodeFragment } from '../../client/e2ee/link/link.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { keepEvidence } from '../support/failure.ts';
import { lieAboutMedia, type MediaLies } from '../support/lyingMedia.ts';
import { letIn, Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

let server: TestServer;
let lies: MediaLies;
let ann: Person;
let bob: Person;
let cho: Person;
let link: string;
const everyone: Person[] = [];

keepEvidence(
  () => everyone,
  () => server,
);

async function arrive(name: string, sender: number): Promise<Person> {
  const person = await Person.arrive(name, sender, server);
  everyone.push(person);
  return person;
}

/** Turns a camera off and on: the server announces a new stream. */
async function newCamera(person: Person): Promise<void> {
  await person.control('Camera').click();
  await pause(1_000);
  await person.control('Camera').click();
}

beforeAll(async () => {
  server = await startTestServer();
  lies = lieAboutMedia();
  ann = await arrive('Annemarie', 0);
  bob = await arrive('Bertrand', 1);
  link = await ann.startMeeting();
  await letIn(ann, bob, link);
  await ann.watch();
});

afterAll(async () => {
  for (const person of everyone) await person.close();
  await server?.close();
});

describe('a server that lies to real browsers', () => {
  it('shows nobody under the name of another: exchanged streams stay dark', async () => {
    cho = await arrive('Chouko', 2);
    await letIn(ann, cho, link);
    await ann.sees(bob, cho);
    const [, bobKey, choKey] = [...announcedCameras()];
    if (!bobKey || !choKey) throw new Error('three cameras expected');
    lies.swap = [bobKey, choKey];
    await newCamera(bob);
    await newCamera(cho);
    await pause(4_000);
    await ann.takeSights();
    await pause(6_000);
    const shown = (await ann.takeSights()).filter(({ sights }) => sights.length > 0);
    expect(shown.map(({ label }) => label).filter((label) => label !== `${ann.name} (you)`)).toEqual([]);
    // Told the truth again, the same people are seen again, each as themselves.
    lies.swap = null;
    await newCamera(bob);
    await newCamera(cho);
    await ann.sees(bob, cho);
  });

  it('cannot slip in a stream of somebody who is not in the group: a warning, and no tile', async () => {
    lies.ghost = true;
    await newCamera(bob);
    await until(
      () => ann.warnings(),
      (warnings) => warnings.some((warning) => /1 device is here that nobody let in/.test(warning)),
      'the warning of a ghost',
    );
    expect((await ann.tileNames()).sort()).toEqual([`${ann.name} (you)`, bob.name, cho.name].sort());
    expect((await ann.peopleNames()).length).toBe(3);
  });

  it('cannot pass off another meeting: a link of another host is refused before anything is sent', async () => {
    const [place, fragment] = link.split('#');
    if (!fragment) throw new Error('no fragment');
    const { fingerprint, ...secrets } = decodeFragment(fragment);
    const other = encodeFragment({ ...secrets, fingerprint: fingerprint.map((byte) => byte ^ 1) });
    const dan = await arrive('Daniel', 3);
    await dan.page.goto(`${place}#${other}`);
    await dan.heading('This link and the meeting do not match').waitFor({ timeout: 30_000 });
    expect(await dan.page.getByLabel('Your name').count()).toBe(0);
  });
});

/** Devices in the order in which their cameras were offered: the host's first. */
function announcedCameras(): Set<DeviceKey> {
  const devices = lies.heard.filter(({ source }) => source === 'camera').map(({ device }) => device);
  return new Set(devices);
}
