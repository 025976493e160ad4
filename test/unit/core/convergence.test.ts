import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { hostFingerprint, newLinkSecrets } from '../../../client/e2ee/link/linkKeys.ts';
import { type RecordSigner, recordCrypto } from '../../../client/e2ee/records/signing.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { ChainMemory } from '../../../client/meeting/core/chainMemory.ts';
import { Records } from '../../../client/meeting/core/records.ts';
import type { Signaling } from '../../../client/meeting/signaling/signaling.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { type Chain, extendChain, readChain } from '../../../shared/records/chain.ts';
import type { RecordBody, SignedRecord } from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { inviteBody } from '../../support/invitation.ts';
import { newSigner, Script } from '../records/signing.ts';
import { ManualClock } from '../sframe/fixture.ts';

await ready();

/** The server's order of records; each client hears of them in its own time. */
class Order {
  readonly records: SignedRecord[];
  chain: Chain;

  constructor({ records, chain }: Script) {
    this.records = [...records];
    this.chain = chain;
  }

  append(record: SignedRecord): void {
    const result = extendChain(this.chain, record, recordCrypto);
    if (!result.ok) throw new ProtocolError(result.refusal === 'order' ? 'chain-conflict' : 'forbidden');
    this.chain = result.chain;
    this.records.push(record);
  }
}

interface Client {
  readonly records: Records;
  readonly signer: RecordSigner;
  /** Takes the next record the server has for it, if there is one. */
  hear(): boolean;
}

async function clientOf(order: Order, signer: RecordSigner): Promise<Client> {
  const { meeting, hostKey } = order.chain;
  const link = { meeting, ...newLinkSecrets(hostFingerprint(hostKey)) };
  const signaling: Signaling = {
    state: 'connected',
    // Of the requests only this one is made by a client that follows the stream.
    request: (async (_name: string, { record }: { record: SignedRecord }) => {
      order.append(record);
      return { seq: order.records.length - 1 };
    }) as Signaling['request'],
    on: () => () => undefined,
    onState: () => () => undefined,
    onRefused: () => () => undefined,
    connect: () => undefined,
    close: () => undefined,
  };
  const memory = await ChainMemory.open(memoryKeyStore(), meeting);
  const records = new Records(link, signaling, new ManualClock(), memory);
  records.read(order.records);
  records.following = true;
  return {
    records,
    signer,
    hear() {
      const next = order.records[records.chain.length];
      if (next) records.take(next);
      return next !== undefined;
    },
  };
}

it('hosts that act at once end in one state at every client, whatever the order of what they hear', async () => {
  const people = Array.from({ length: 4 }, () => newSigner().device);
  const [ann, ben, cat, dan] = people as [
    (typeof people)[0],
    (typeof people)[0],
    (typeof people)[0],
    (typeof people)[0],
  ];
  const device = fc.constantFrom(...people);
  const source = fc.constantFrom('microphone', 'camera', 'screen') as fc.Arbitrary<
    'microphone' | 'camera' | 'screen'
  >;
  const script = new Script(presetPolicy('classroom'));
  script.add(script.host, { type: 'admit', devices: [ann, ben, cat, dan] });
  const hosts = [0, 1].map(() => deviceIdentity(newDeviceSeed(), script.chain.meeting));
  for (const { key } of hosts) script.add(script.host, { type: 'grant', device: key, role: 'host' });
  const invitations = Array.from({ length: 3 }, () => inviteBody(script.chain.meeting, { uses: 1 }));
  for (const body of invitations) script.add(script.host, body);

  const body: fc.Arbitrary<RecordBody> = fc.oneof(
    fc.record({ type: fc.constant('lock' as const), locked: fc.boolean() }),
    fc.record({ type: fc.constant('panic' as const), on: fc.boolean() }),
    fc.record({
      type: fc.constant('stop' as const),
      devices: fc.oneof(
        fc.constant('everyone' as const),
        device.map((one) => [one]),
      ),
      sources: source.map((one) => [one]),
      hold: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('allow' as const),
      devices: fc.oneof(
        fc.constant('everyone' as const),
        device.map((one) => [one]),
      ),
      sources: source.map((one) => [one]),
    }),
    fc.record({
      type: fc.constant('grant' as const),
      device,
      role: fc.constantFrom('cohost' as const, 'presenter' as const, 'participant' as const),
    }),
    fc.record({ type: fc.constant('sendBack' as const), devices: device.map((one) => [one]) }),
    fc.record({
      type: fc.constant('remove' as const),
      devices: device.map((one) => [one]),
      ban: fc.boolean(),
    }),
    fc.record({ type: fc.constant('unban' as const), devices: device.map((one) => [one]) }),
    fc.record({ type: fc.constant('viewOnly' as const), on: fc.boolean() }),
    fc.record({ type: fc.constant('spotlight' as const), devices: device.map((one) => [one]) }),
    fc.record({
      type: fc.constant('admit' as const),
      devices: device.map((one) => [one]),
      invitation: fc.constantFrom(...invitations.map(({ key }) => key)),
    }),
    fc.record({
      type: fc.constant('revoke' as const),
      invitations: fc.constantFrom(...invitations.map(({ key }) => [key])),
    }),
    fc.record({
      type: fc.constant('policy' as const),
      policy: fc.constantFrom(presetPolicy('open'), presetPolicy('moderated'), presetPolicy('classroom')),
    }),
  );
  const step = fc.oneof(
    fc.record({ do: fc.constant('act' as const), who: fc.nat(1), body }),
    fc.record({ do: fc.constant('hear' as const), who: fc.nat(2) }),
  );
  let acts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const order = new Order(script);
      const clients = await Promise.all(
        [...hosts, deviceIdentity(newDeviceSeed(), script.chain.meeting)].map((identity) =>
          clientOf(order, { by: identity.key, pair: identity.meeting }),
        ),
      );
      const running: Promise<unknown>[] = [];
      for (const each of steps) {
        const client = clients[each.who];
        if (!client) continue;
        if (each.do === 'hear') client.hear();
        else {
          acts += 1;
          // A refusal is an outcome too: somebody was first, and it means nothing any more.
          running.push(client.records.append(client.signer, each.body).catch(() => undefined));
        }
        await Promise.resolve();
      }
      // Everybody hears everything in the end, also what retries bring.
      for (let quiet = 0; quiet < 3; ) {
        const heard = clients.map((client) => client.hear()).some(Boolean);
        await new Promise((resolve) => setImmediate(resolve));
        quiet = heard ? 0 : quiet + 1;
      }
      await Promise.all(running);
      const server = readChain(order.records, recordCrypto);
      for (const { records } of clients) {
        expect(records.chain).toEqual(order.chain);
        expect(server.ok && server.chain).toEqual(order.chain);
      }
    }),
    { numRuns: 60 },
  );
  expect(acts).toBeGreaterThan(300);
});
