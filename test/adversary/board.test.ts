import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { type BoardAct, drawingOfMember } from '../../client/e2ee/boardContent.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { Shape } from '../../client/meeting/boardView.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import { type Bot, enter, foundByBot } from '../bots/bot.ts';
import { botSite } from '../bots/botSite.ts';
import { Hand, sameBoard } from '../bots/drawing.ts';
import { Insider } from './insider.ts';

const here = botSite();

/** A modified client that anybody with the link can be: it says whatever it wants. */
async function mallory(link: MeetingLink, near: Bot): Promise<Insider> {
  const entrance = {
    link,
    site: here.site,
    onClose: (close: () => void) => void here.closing.push(close),
    admit: async () => undefined,
  };
  const insider = await Insider.inside(entrance, 'Mallory');
  await insider.inStep(near);
  return insider;
}

const note = (text: string): Shape => ({
  kind: 'note',
  on: 'board',
  x: 0,
  y: 0,
  z: 0,
  ink: 'red',
  width: 200,
  height: 200,
  text,
});

/** An update as any Yjs document makes it, under the client id that is asked for. */
function update(write: (elements: Y.Map<unknown>) => void, client?: number): Uint8Array {
  const doc = new Y.Doc();
  if (client !== undefined) doc.clientID = client;
  doc.transact(() => write(doc.getMap('elements')));
  return Y.encodeStateAsUpdate(doc);
}

const put = (id: string, shape: Shape) => (elements: Y.Map<unknown>) => {
  elements.set(id, new Y.Map(Object.entries(shape)));
};

const draw = (author: DeviceKey, bytes: Uint8Array, name = 'forged'): BoardAct & { do: 'draw' } => ({
  do: 'draw',
  drawing: drawingOfMember(author, name),
  update: toBase64Url(bytes),
});

const texts = (bot: Bot) =>
  bot.state.boardElements
    .map(({ by, shape }) => `${by}: ${shape.kind === 'note' ? shape.text : shape.kind}`)
    .sort();

/** Says all of it, and waits until it has come to everybody. */
async function attack(insider: Insider, acts: readonly BoardAct[], others: readonly Bot[]): Promise<void> {
  for (const act of acts) await insider.say({ type: 'board', act });
  const text = `settled ${Math.random()}`;
  await insider.say({ type: 'chat', id: text.slice(8), at: 0, text });
  for (const bot of others)
    await bot.until(text, ({ chat }) => chat.some((message) => message.text === text));
}

describe('a member with a modified client', () => {
  it('cannot touch what is another’s, write under another’s name, or break the board', async () => {
    const { host, link } = await foundByBot(here.site.origin, 'open');
    here.bots.push(host);
    await enter(host, 'Lin');
    const chen = await here.comeIn(link, 'Chen');
    new Hand(host, 0).note('by Lin');
    new Hand(chen, 1).note('by Chen');
    for (const bot of [host, chen])
      await bot.until('both', ({ boardElements }) => boardElements.length === 2);
    await sameBoard([host, chen]);
    const honest = texts(host);
    const target = host.state.boardElements.find(({ mine }) => mine);
    if (!target) throw new Error('nothing drawn');
    const theirs = target.ref.slice(0, target.ref.indexOf('.'));
    const id = target.ref.slice(theirs.length + 1);

    const insider = await mallory(link, host);
    const self = insider.identity.key;
    const forged = update(put(id, note('forged')), 1);
    await attack(
      insider,
      [
        // Into the host's drawing, by its name and by its author; told as if it were the host's.
        { do: 'draw', drawing: theirs, update: toBase64Url(forged) },
        {
          do: 'tell',
          author: target.author,
          drawing: theirs,
          part: 0,
          parts: 1,
          update: toBase64Url(forged),
        },
        draw(target.author, forged),
        // Taken away by one who may not.
        { do: 'erase', refs: [target.ref] },
        { do: 'erased', refs: [target.ref] },
        // Noise, other types, and pieces that never come together.
        draw(self, new Uint8Array([1, 2, 3, 255, 255])),
        draw(
          self,
          update((elements) => elements.set('aaaaaaaa', new Y.Text('x'))),
        ),
        draw(
          self,
          update((elements) => elements.set('aaaaaaaa', { kind: 'note', text: 'no map' })),
        ),
        draw(self, update(put('aaaaaaaa', { ...note('x'), x: 1e9 }))),
        {
          do: 'tell',
          author: self,
          drawing: drawingOfMember(self, 'forged'),
          part: 3,
          parts: 4,
          update: 'AAAA',
        },
      ],
      [host, chen],
    );
    expect(texts(host)).toEqual(honest);
    expect(texts(chen)).toEqual(honest);

    // What it draws as itself is its own; past the bounds it loses all of its own and nothing of others'.
    await attack(insider, [draw(self, update(put('aaaaaaaa', note('mine'))), 'honest')], [host, chen]);
    await sameBoard([host, chen]);
    for (const bot of [host, chen]) await bot.until('Mallory’s', () => texts(bot).includes('Mallory: mine'));
    const large = Array.from({ length: 20 }, (_, number) =>
      draw(self, update(put(`big${number}aaaa`, note('x'.repeat(46_000)))), 'honest'),
    );
    await attack(insider, large, [host, chen]);
    for (const bot of [host, chen]) await bot.until('gone', () => texts(bot).join() === honest.join());
    const oversized = draw(self, new Uint8Array(limits.boardUpdateBytes + 9).fill(1), 'another');
    await attack(insider, [oversized], [host, chen]);

    // The board goes on, and newcomers are told of it the same.
    const wu = await here.comeIn(link, 'Wu');
    new Hand(chen, 2).note('after');
    await sameBoard([host, chen, wu]);
    await wu.until('all', ({ boardElements }) => boardElements.length === 3);
  });

  it('draws for nobody on a board that is view-only, nor where its role does not draw', async () => {
    const { host, link } = await foundByBot(here.site.origin, 'open');
    here.bots.push(host);
    await enter(host, 'Lin');
    const chen = await here.comeIn(link, 'Chen');
    const insider = await mallory(link, host);
    const self = insider.identity.key;
    new Hand(chen, 1).note('before');
    await host.until('drawn', ({ boardElements }) => boardElements.length === 1);
    host.core.control.setViewOnly(true);
    for (const bot of [host, chen]) await bot.until('view-only', ({ viewOnly }) => viewOnly);
    expect(chen.state.rights.has('annotate')).toBe(false);

    await attack(insider, [draw(self, update(put('aaaaaaaa', note('forbidden'))))], [host, chen]);
    // An honest page says no by itself.
    new Hand(chen, 2).note('refused');
    await chen.until('refused', ({ notices }) =>
      notices.some(({ notice }) => notice.kind === 'request-failed' && notice.code === 'forbidden'),
    );
    new Hand(host, 3).note('by the host');
    await chen.until('hosts still draw', ({ boardElements }) => boardElements.length === 2);
    const wu = await here.comeIn(link, 'Wu');
    await wu.until('told', ({ boardElements }) => boardElements.length === 2);
    // Nor by what is for newcomers: its own drawing, told as if it had been there before.
    const forbidden = draw(self, update(put('bbbbbbbb', note('forbidden'))));
    const { drawing, update: state } = forbidden;
    const told: BoardAct = { do: 'tell', author: self, drawing, part: 0, parts: 1, update: state };
    await attack(insider, [forbidden, told], [host, chen, wu]);
    for (const bot of [host, chen, wu]) expect(texts(bot)).toEqual(['Chen: before', 'Lin: by the host']);

    host.core.control.setViewOnly(false);
    await chen.until('open again', ({ viewOnly }) => !viewOnly);
    new Hand(chen, 4).note('again');
    await wu.until('drawn again', ({ boardElements }) => boardElements.length === 3);
    await sameBoard([host, chen, wu]);
  });

  it('is not believed for long about what people drew who are gone', async () => {
    const { host, link } = await foundByBot(here.site.origin, 'open');
    here.bots.push(host);
    await enter(host, 'Lin');
    const chen = await here.comeIn(link, 'Chen');
    const gone = await here.comeIn(link, 'Gone');
    new Hand(gone, 1).note('true');
    await sameBoard([host, chen, gone]);
    await host.until('drawn', ({ boardElements }) => boardElements.length === 1);
    const [element] = host.state.boardElements;
    if (!element) throw new Error('nothing drawn');
    gone.core.leave();
    await host.until('gone', ({ members }) => members.length === 2, 20_000);
    const insider = await mallory(link, host);
    await host.until('Mallory', ({ members }) => members.length === 3);

    const wu = await here.comeIn(link, 'Wu');
    await insider.inStep(wu);
    // Says at once what is not so, and takes away what is; the first by leaf has told the truth by then or will.
    const drawing = element.ref.slice(0, element.ref.indexOf('.'));
    const id = element.ref.slice(drawing.length + 1);
    const forged = toBase64Url(update(put(id, note('forged'))));
    await attack(
      insider,
      [
        { do: 'tell', author: element.author, drawing, part: 0, parts: 1, update: forged },
        { do: 'erased', refs: [element.ref] },
      ],
      [host, chen, wu],
    );
    const said = (bot: Bot) =>
      bot.state.boardElements.map(({ shape }) => shape.kind === 'note' && shape.text);
    await wu.until('the truth', () => said(wu).join() === 'true', 40_000);
    await sameBoard([host, chen, wu]);
    expect(said(chen)).toEqual(['true']);
    expect(host.state.boardElements).toHaveLength(1);
  });
});
