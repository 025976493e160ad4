import { writeHeapSnapshot } from 'node:v8';
import { MediaTap } from './mediaTap.ts';
import { startTestServer } from './server.ts';
import type { Answers, Order } from './serverApart.ts';

/**
 * A process with nothing in it but the server and the tap on its media, so that its memory is the server's. Logs
 * everything it ever would to stdout; takes orders from `startServerApart`.
 */
const tap = new MediaTap();
const server = await startTestServer({ logStream: process.stdout, onRouter: tap.onRouter });

const answers: {
  readonly [Name in Order['name']]: (order: Order) => Promise<Answers[Name]> | Answers[Name];
} = {
  streams: () =>
    tap.streams.map(({ mimeType, packets }) => ({ mimeType, packets: packets.map(({ whole }) => whole) })),
  counts: () => tap.streams.map(({ mimeType, packets }) => ({ mimeType, packets: packets.length })),
  data: () => server.data(),
  snapshot: ({ file }) => writeHeapSnapshot(file),
  close: async () => {
    await server.close();
    return null;
  },
};

process.on('message', async (order: Order) => {
  process.send?.(await answers[order.name](order));
  if (order.name === 'close') process.disconnect();
});
process.send?.(server.port);
