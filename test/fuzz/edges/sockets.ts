import { inspect } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { defaultRates } from '../../../server/signaling/limits.ts';
import { type RequestName, requests } from '../../../shared/protocol/requests.ts';
import { result } from '../../../shared/protocol/socket.ts';
import type { Client } from '../../integration/signaling/client.ts';
import { Gathering, knockRequest } from '../../integration/signaling/meeting.ts';
import { newFolder, Site, startMedia } from '../../integration/signaling/site.ts';
import { fuzzed, nasty } from '../arbitrary.ts';
import { digestOf, runEdge } from '../edge.ts';

const unlimited = Object.fromEntries(
  Object.keys(defaultRates).map((name) => [name, { burst: 1e9, perSecond: 1e9 }]),
);
const answer = result(z.unknown());

/** Requests that change nothing for anybody but the socket they came over. */
const reads: ReadonlySet<string> = new Set<RequestName>([
  'session:identify',
  'record:list',
  'stream:sync',
  'media:capabilities',
  'media:producers',
  'media:createTransport',
  'media:closeTransport',
  'media:probe',
]);
/** Whoever leaves would be missing from all later cases. */
const parting: ReadonlySet<string> = new Set<RequestName>(['session:leave', 'lobby:withdraw']);
/** A host that refuses a real commit puts its author out, and no made-up commit is a good one. */
const judging: ReadonlySet<string> = new Set<RequestName>(['group:refuse']);

await runEdge(async () => {
  const media = await startMedia();
  const folder = await newFolder();
  const site = await Site.start(folder.path, media, {
    // Limits would end most cases before they are looked at.
    ...unlimited,
    refusalsInARow: 1e9,
    identifyWithinMs: 1e9,
  });
  const gathering = await Gathering.open(site);
  const member = await gathering.join();
  const waiting = await gathering.arrive();
  const { knockId } = await waiting.client.ask('lobby:knock', knockRequest(gathering, waiting));
  const stranger = site.connect(gathering.meeting);
  await stranger.until('session:challenge');
  const sockets: readonly Client[] = [gathering.host.client, member.client, waiting.client, stranger];
  const { groupId } = gathering;
  /** Told to anybody so far. */
  let events = 0;

  /** Names of what is really there, so that more than the schema is reached. */
  const known: Record<string, unknown> = { groupId, knockIds: [knockId], epoch: gathering.epoch };
  const real = (body: unknown, names: readonly string[]): unknown => {
    if (typeof body !== 'object' || body === null) return body;
    const there = names.filter((name) => Object.hasOwn(body, name) && Object.hasOwn(known, name));
    return { ...body, ...Object.fromEntries(there.map((name) => [name, known[name]])) };
  };
  const request = fc
    .constantFrom(...(Object.keys(requests) as RequestName[]))
    .chain((name) =>
      fc.tuple(
        fc.constant<string>(name),
        parting.has(name)
          ? nasty.filter((value) => !requests[name].request.safeParse(value).success)
          : fc
              .tuple(fuzzed(requests[name].request), fc.subarray(judging.has(name) ? [] : Object.keys(known)))
              .map(([body, names]) => real(body, names)),
      ),
    );
  const unknown = fc.tuple(
    fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('__proto__', 'constructor')),
    nasty,
  );
  return {
    batch: 20,
    cases: fc.record({
      by: fc.nat(sockets.length - 1),
      what: fc.oneof({ weight: 9, arbitrary: request }, { weight: 1, arbitrary: unknown }),
      more: fc.oneof(
        { weight: 30, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(nasty, { maxLength: 2 }) },
      ),
    }),
    async take({ by, what: [name, body], more }) {
      const socket = sockets[by];
      // Names that the library keeps for itself cannot be sent.
      if (
        !socket ||
        /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/.test(name)
      ) {
        return 'refused';
      }
      const said = answer.parse(
        await socket.raw(name, body, ...more).catch((error: unknown) => {
          const closed = socket.heard.filter((event) => event.name === 'session:closed');
          throw new Error(`the server broke off: ${inspect(closed)}`, { cause: error });
        }),
      );
      if (!said.ok) return 'refused';
      return reads.has(name) ? 'read' : 'taken';
    },
    async state() {
      // An answer comes after all that was sent before it.
      await Promise.all(sockets.map((socket) => socket.raw('record:list', { from: 0 })));
      for (const { socket, strange } of sockets) {
        if (!socket.connected) throw new Error('a socket was closed');
        if (strange.length > 0) throw new Error('something outside the protocol was heard');
      }
      for (const { heard } of sockets) events += heard.splice(0).length;
      site.log.length = 0;
      return digestOf([events, await site.store.records(gathering.meeting)]);
    },
    async close() {
      await site.stop();
      await media.close();
      await folder.remove();
    },
  };
});
