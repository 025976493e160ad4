import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { botSite } from '../bots/botSite.ts';
import { Hand, sameBoard } from '../bots/drawing.ts';

const here = botSite();

it('converges while five draw at once, one leaves and another comes in the middle of it', async () => {
  const { host, link } = await foundByBot(here.site.origin, 'open');
  here.bots.push(host);
  await enter(host, 'Lin');
  const others: Bot[] = [];
  for (const name of ['Chen', 'Wu', 'Ana', 'Bo']) others.push(await here.comeIn(link, name));
  const five = [host, ...others];
  const drawing = Promise.all(five.map((bot, seed) => new Hand(bot, seed).draw((turns) => turns < 7)));
  const zoe = await here.comeIn(link, 'Zoe');
  await drawing;
  const before = await sameBoard([...five, zoe]);
  expect(before.length).toBeGreaterThanOrEqual(10);

  // What somebody drew stays when they are gone; whoever comes then is told of it by another member.
  const bo = others[3];
  if (!bo) throw new Error('nobody');
  bo.core.leave();
  await host.until('Bo gone', ({ members }) => members.length === 5, 20_000);
  const yu = await here.comeIn(link, 'Yu');
  await sameBoard([host, yu, zoe]);
  expect(yu.state.boardElements.filter(({ toldBy }) => toldBy === 'Lin').length).toBeGreaterThan(0);
  expect(
    yu.state.boardElements.filter(({ by, toldBy }) => by === 'Chen' && toldBy === null).length,
  ).toBeGreaterThan(0);
});

it('shows an image to all, and none that the server changed', async () => {
  const { host, link } = await foundByBot(here.site.origin, 'open');
  here.bots.push(host);
  await enter(host, 'Lin');
  const picture = new Blob([Uint8Array.from({ length: 9_000 }, (_, at) => at % 251)], { type: 'image/webp' });
  const chen = await openBot({
    origin: here.site.origin,
    link,
    files: (real) => ({ ...real, shrink: async () => ({ picture, width: 1_200, height: 300 }) }),
  });
  here.bots.push(chen);
  await enter(chen, 'Chen');
  const photo = new Blob([new Uint8Array(50_000)], { type: 'image/png' });
  chen.core.board.want({ do: 'image', file: photo, at: { x: 500, y: 400 } });
  const { boardElements, boardPictures } = await host.until('the picture', (state) =>
    state.boardPictures.some(({ bytes }) => bytes !== null),
  );
  expect(boardElements[0]?.shape).toMatchObject({ kind: 'image', x: 200, y: 325, width: 600, height: 150 });
  expect(boardPictures[0]?.type).toBe('image/webp');
  expect(Buffer.from(boardPictures[0]?.bytes ?? [])).toEqual(Buffer.from(await picture.arrayBuffer()));

  // Whoever may not send files puts up no image, and one that cannot be made small is none.
  host.core.board.want({ do: 'image', file: photo, at: { x: 0, y: 0 } });
  await host.until('too large', ({ notices }) => notices.some(({ notice }) => notice.kind === 'board-image'));

  for (const name of await readdir(here.site.blobFolder, { recursive: true })) {
    const path = join(here.site.blobFolder, name);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    await writeFile(path, bytes);
  }
  const wu = await here.comeIn(link, 'Wu');
  const seen = await wu.until('nothing', (state) => state.boardPictures.length === 1);
  expect(seen.boardPictures[0]?.bytes).toBeNull();
});
