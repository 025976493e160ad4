import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type KeyStore, memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { type MeetingLink, parseLink } from '../../client/e2ee/link/link.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { beginSignIn, finishSignIn } from '../../client/meeting/staff.ts';
import { idTokenAnswer, signInLocation } from '../../shared/protocol/accounts.ts';
import { type Policy, presetPolicy } from '../../shared/roles.ts';
import { Insider } from '../adversary/insider.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { ProviderSite } from '../support/providerSite.ts';
import { Visitor } from '../support/visitor.ts';

const bots: Bot[] = [];
const closing: (() => void)[] = [];
let site: ProviderSite;

beforeAll(async () => {
  site = await ProviderSite.start({
    SEALROOM_OIDC_NAME: 'Test account',
    SEALROOM_OIDC_GROUP: 'groups=staff',
  });
});

afterEach(() => {
  for (const bot of bots.splice(0)) bot.close();
  for (const close of closing.splice(0)) close();
});

afterAll(() => site?.close());

/** A device whose owner signed in at the provider, whose statement is bound to the device. */
async function staffDevice(login: string): Promise<KeyStore> {
  const keyStore = memoryKeyStore();
  const visitor = new Visitor(site.url);
  const nonce = await beginSignIn(keyStore, '/');
  const begun = await visitor.api('POST', '/account/provider', { nonce });
  const { location } = signInLocation.parse(await begun.json());
  await visitor.go(await visitor.atProvider(location, login, site.url));
  const { idToken } = idTokenAnswer.parse(await (await visitor.api('POST', '/account/id-token')).json());
  await finishSignIn(keyStore, idToken);
  return keyStore;
}

async function arrive(link: MeetingLink, name: string, keyStore: KeyStore = memoryKeyStore()): Promise<Bot> {
  const bot = await openBot({ origin: site.url, link, keyStore });
  bots.push(bot);
  await bot.until('at the door', ({ phase }) => phase.name === 'prejoin');
  bot.core.join(name, '');
  return bot;
}

async function meeting(who: Policy['who']): Promise<{ host: Bot; link: MeetingLink }> {
  const keyStore = await staffDevice('lin');
  const policy = { ...presetPolicy('moderated'), who };
  const link = await foundMeeting({ origin: site.url, keyStore, policy, now: Date.now() });
  const host = await openBot({ origin: site.url, link, keyStore });
  bots.push(host);
  await enter(host, 'Lin');
  return { host, link };
}

/** Shown to the host with the provider's word on who it is, and let in. */
async function letStaffIn(host: Bot, link: MeetingLink): Promise<void> {
  const bo = await arrive(link, 'Chief', await staffDevice('bo'));
  const { knocks } = await host.until('a knock', (state) => state.knocks.length === 1);
  expect(knocks[0]).toMatchObject({ name: 'Chief', identity: { name: 'Bo', issuer: site.provider.issuer } });
  host.core.control.admit(knocks.map(({ knockId }) => knockId));
  await bo.until('inside', ({ phase }) => phase.name === 'meeting');
  // Each member's device checks the proof itself.
  const proven = (state: Bot['state'], name: string) =>
    state.members.some((member) => member.identity?.name === name);
  await host.until('proven to the host', (state) => proven(state, 'Bo'));
  await bo.until('proven to the newcomer', (state) => proven(state, 'Lin Mei-hua'));
}

it('a meeting for verified staff takes staff, and tells a guest why not', async () => {
  const { host, link } = await meeting('verified');
  await letStaffIn(host, link);
  const guest = await arrive(link, 'Guest');
  await guest.until('told', ({ phase }) => phase.name === 'denied' && phase.rule === 'verified');
  // A modified client that asks all the same is turned away by the host's device, unseen.
  const mallory = await Insider.atDoor({
    link,
    site: { origin: site.url },
    onClose: (task) => void closing.push(task),
    admit: async () => undefined,
  });
  const denied = new Promise((resolve) => mallory.signaling.on('lobby:denied', resolve));
  await mallory.knock('Chief');
  await denied;
  expect(host.state.knocks).toEqual([]);
  expect(host.state.members.map(({ name }) => name).sort()).toEqual(['Chief', 'Lin']);
});

it('a meeting for staff and named guests takes both, and nobody else by the link for all', async () => {
  const { host, link } = await meeting('invited');
  await letStaffIn(host, link);
  const stranger = await arrive(link, 'Stranger');
  await stranger.until('told', ({ phase }) => phase.name === 'denied' && phase.rule === 'invited');
  const wish = { name: 'Ms Wu', uses: 1, expires: null, straightIn: false, personal: true };
  await host.core.invitations.create(wish);
  const { invitations } = await host.until('the invitation', (state) => state.invitations.length === 2);
  const own = invitations.find(({ name }) => name === 'Ms Wu')?.link;
  if (!own) throw new Error('no link');
  const guest = await arrive(parseLink(own), 'Ms Wu');
  const { knocks } = await host.until('a knock', (state) => state.knocks.length === 1);
  expect(knocks[0]).toMatchObject({ name: 'Ms Wu', identity: null });
  host.core.control.admit(knocks.map(({ knockId }) => knockId));
  await guest.until('inside', ({ phase }) => phase.name === 'meeting');
  await host.until('three', ({ members }) => members.length === 3);
});
