import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFragment, encodeFragment } from '../../client/e2ee/link/link.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { gather, useCompany } from '../support/company.ts';
import { lieAboutMedia, type MediaLies } from '../support/lyingMedia.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

const company = useCompany(startTestServer);
let lies: MediaLies;
let ann: Person;
let bob: Person;
let cho: Person;
let link: string;

/** Turns cameras off and on: the server announces new streams. */
async function newCameras(...people: readonly Person[]): Promise<void> {
  for (const person of people) await person.control('Camera').click();
  await pause(1_000);
  for (const person of people) await person.control('Camera').click();
}

beforeAll(async () => {
  lies = lieAboutMedia();
  [ann, bob, cho] = await company.arrive('Annemarie', 'Bertrand', 'Chouko');
  link = await gather(ann, bob, cho);
  await ann.watch();
});

describe('a server that lies to real browsers', () => {
  it('shows nobody under the name of another: exchanged streams stay dark', async () => {
    await ann.sees(bob, cho);
    const [, bobKey, choKey] = [...announcedCameras()];
    if (!bobKey || !choKey) throw new Error('three cameras expected');
    lies.swap = [bobKey, choKey];
    await newCameras(bob, cho);
    await pause(4_000);
    await ann.takeSights();
    await pause(4_000);
    const shown = (await ann.takeSights()).filter(({ sights }) => sights.length > 0);
    expect(shown.map(({ label }) => label).filter((label) => label !== `${ann.name} (you)`)).toEqual([]);
    // Told the truth again, the same people are seen again, each as themselves.
    lies.swap = null;
    await newCameras(bob, cho);
    await ann.sees(bob, cho);
  });

  it('cannot slip in a stream of somebody who is not in the group: a warning, and no tile', async () => {
    lies.ghost = true;
    await newCameras(bob);
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
    const [dan] = await company.arrive('Daniel');
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
