import { monitorEventLoopDelay } from 'node:perf_hooks';
import { foundMeeting } from '../../../server/meeting/found.ts';
import type { SignedRecord } from '../../../shared/records/record.ts';
import { newFolder, Site, startMedia } from '../../integration/signaling/site.ts';
import { AT, crypto } from '../../unit/records/signing.ts';
import { openDoors } from './lightSite.ts';

/** What the server process is asked: to store a meeting's first records, or how it is. */
export type ServerQuestion =
  | { readonly name: 'store'; readonly records: readonly SignedRecord[] }
  | { readonly name: 'state' };

/** How it is. */
export interface ServerState {
  readonly port: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Event-loop delay since the last question, milliseconds. */
  readonly loopP99: number;
}

const media = await startMedia();
const folder = await newFolder();
const site = await Site.start(folder.path, media, openDoors);
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();

function state(): ServerState {
  const loopP99 = loop.percentile(99) / 1e6;
  // Where node was told to expose it: memory is what is held, not what waits to be collected.
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  loop.reset();
  return { port: site.port, cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss(), loopP99 };
}

process.on('message', (question: ServerQuestion) => {
  if (question.name === 'state') {
    process.send?.(state());
    return;
  }
  // Bytes come as buffers over the channel.
  const records = question.records.map(({ bytes, signature }) => ({
    bytes: Uint8Array.from(bytes),
    signature: Uint8Array.from(signature),
  }));
  void foundMeeting(site.store, crypto, records, AT).then(() => process.send?.(state()));
});
process.on('disconnect', () => {
  void site
    .stop()
    .then(() => media.close())
    .then(() => folder.remove())
    .then(() => process.exit(0));
});
process.send?.(state());
