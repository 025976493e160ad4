// Messages and bytes that one join, leave, mute and pulse cost, by the size of the meeting. Prints a table and JSON.
// Run: node test/bench/scale/counts.ts [--sizes 10,100,1000] [--preset moderated]
import { parseArgs } from 'node:util';
import { preset } from '../../../shared/policy.ts';
import { newFolder, Site, startMedia } from '../../integration/signaling/site.ts';
import { wholeNumbers } from '../e2ee/measure.ts';
import { countMessages, type EventCost } from './countMessages.ts';
import { LightRoom } from './lightRoom.ts';
import { openDoors, storedIn } from './lightSite.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000' },
    preset: { type: 'string', default: 'moderated' },
  },
});

const media = await startMedia();
const folder = await newFolder();
const site = await Site.start(folder.path, media, openDoors);
const costs: EventCost[] = [];
try {
  for (const size of wholeNumbers(values.sizes)) {
    const options = { preset: preset.parse(values.preset) };
    const room = await LightRoom.open(`http://127.0.0.1:${site.port}`, storedIn(site), options);
    try {
      await room.fill(size);
      costs.push(...(await countMessages(room)));
    } finally {
      room.close();
    }
  }
} finally {
  await site.stop();
  await media.close();
  await folder.remove();
}
console.table(costs);
console.log(JSON.stringify({ preset: values.preset, costs }));
