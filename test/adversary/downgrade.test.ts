import { expect } from 'vitest';
import { z } from 'zod';
import { openKnock } from '../../client/e2ee/admission/knock.ts';
import { foundGroup } from '../../client/e2ee/group/found.ts';
import { createKeyPackage } from '../../client/e2ee/group/keyPackage.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { toBase64Url, utf8 } from '../../shared/bytes.ts';
import { groupId } from '../../shared/ids.ts';
import { events } from '../../shared/protocol/events.ts';
import { requests } from '../../shared/protocol/requests.ts';
import type { GroupSuite } from '../../shared/records/record.ts';
import { foundRequest } from '../support/invitation.ts';
import { attack, declare } from './attack.ts';
import { Insider } from './insider.ts';
import { type Actor, atDoor, knowsNothing, type Stage } from './stage.ts';

/** An open meeting whose host has gone, and a link holder who founds the next group in its own way. */
async function usurp(
  stage: Stage,
  change: { suite?: GroupSuite; context?: (expected: Record<string, unknown>) => Record<string, unknown> },
): Promise<Actor> {
  stage.host.core.leave();
  const mallory = await Insider.atDoor(stage);
  const { meeting, genesis, groupSuite, frameSuite } = mallory.chain;
  const expected = { v: 1, meeting, genesis, groupSuite, frameSuite };
  const id = randomBytes(16);
  const suite = change.suite ?? 'x-wing';
  const signature = mallory.identity.meeting;
  const credential = makeCard(mallory.identity, meeting, 'Mallory');
  const context = utf8(JSON.stringify(change.context?.(expected) ?? expected));
  const group = await foundGroup({ groupId: id, context, signature, credential, suite });
  const name = groupId.parse(toBase64Url(id));
  await mallory.signaling.request(
    'group:found',
    foundRequest({ meeting, keys: stage.access.invitation }, mallory.identity.key, name),
  );
  const chen = await stage.actor();
  await atDoor(chen);
  chen.core.join('Chen', '');
  await expect.poll(() => mallory.knocks.length).toBe(1);
  const [knock] = mallory.knocks;
  if (!knock) throw new Error('no knock');
  const { keyPackage } = openKnock(stage.access, knock.device, knock, []);
  // Chen's key package is of the suite the genesis record names; another one fits no other group.
  const bytes =
    suite === 'x-wing' ? keyPackage : (await createKeyPackage({ signature, credential, suite })).bytes;
  const adder = suite === 'x-wing' ? group : await secondGroup(group, suite, stage);
  const { welcome, commit } = await adder.commit({ adds: [bytes], psk: mallory.psk });
  if (!welcome) throw new Error('no welcome');
  await mallory.signaling.request('group:commit', {
    groupId: name,
    epoch: 0,
    commit,
    welcome,
    admitted: [knock.knockId],
    removed: [],
  });
  return chen;
}

/** A founder with another key, so that Mallory's own may stand for the joiner's. */
async function secondGroup(group: Awaited<ReturnType<typeof foundGroup>>, suite: GroupSuite, stage: Stage) {
  const other = await Insider.atDoor(stage);
  const credential = makeCard(other.identity, stage.link.meeting, 'Other');
  return foundGroup({
    groupId: group.groupId,
    context: group.context,
    signature: other.identity.meeting,
    credential,
    suite,
  });
}

async function turnedDown(chen: Actor): Promise<void> {
  await expect.poll(() => chen.state.alarms.map(({ alarm }) => alarm.kind)).toContain('downgrade');
  await expect.poll(() => chen.tap.eventsOf('lobby:welcome').length).toBeGreaterThan(0);
  // It asks again, with a fresh key package.
  await expect.poll(() => chen.tap.requestsOf('lobby:knock').length).toBeGreaterThan(1);
  expect(chen.state.phase.name).not.toBe('meeting');
  knowsNothing(chen);
}

attack('downgrade-suite', { preset: 'open' }, async (stage) => {
  await turnedDown(await usurp(stage, { suite: 'x25519' }));
});

attack('downgrade-context', { preset: 'open' }, async (stage) => {
  await turnedDown(await usurp(stage, { context: (expected) => ({ ...expected, frameSuite: 0x0005 }) }));
});

/** Every object that a message can hold, with its place in it. */
function objectsIn(node: unknown, place: string): { place: string; names: string[]; open: boolean }[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.entries(node).flatMap(([key, value]) => objectsIn(value, `${place}/${key}`));
  if (!('properties' in node)) return inner;
  const names = Object.keys(node.properties ?? {});
  const open = !('additionalProperties' in node) || node.additionalProperties !== false;
  return [{ place, names, open }, ...inner];
}

declare('downgrade-flag', async () => {
  const messages = [
    ...Object.entries(events),
    ...Object.entries(requests).map(([name, { response }]) => [name, response] as const),
  ];
  const objects = messages.flatMap(([name, schema]) =>
    objectsIn(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), name),
  );
  expect(objects.length).toBeGreaterThan(messages.length);
  expect(objects.filter(({ open }) => open).map(({ place }) => place)).toEqual([]);
  const names = objects.flatMap((each) => each.names);
  expect(names.filter((name) => /e2ee|encrypted|plain|insecure|unsealed/i.test(name))).toEqual([]);
});
