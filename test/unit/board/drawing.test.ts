import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { drawingOfMember } from '../../../client/e2ee/boardContent.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { Canvas } from '../../../client/meeting/board/canvas.ts';
import { isPlainUpdate } from '../../../client/meeting/board/checkUpdate.ts';
import { Drawing } from '../../../client/meeting/board/drawing.ts';
import type { Shape } from '../../../client/meeting/board/element.ts';
import { OwnDrawing } from '../../../client/meeting/board/ownDrawing.ts';
import { Pieces, piecesOf } from '../../../client/meeting/board/telling.ts';
import { deviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';

const ann = deviceKey.parse(`${'A'.repeat(42)}A`);
const bo = deviceKey.parse(`${'B'.repeat(42)}A`);
const note = (text: string, z = 0): Shape => ({
  kind: 'note',
  on: 'board',
  x: 0,
  y: 0,
  z,
  ink: 'blue',
  width: 200,
  height: 200,
  text,
});
const pen: Shape = {
  kind: 'pen',
  on: 'board',
  x: 5,
  y: 5,
  z: 1,
  ink: 'red',
  thickness: 4,
  points: [0, 0, 50],
};

beforeAll(() => ready());

/** What a document with anything in it looks like on the wire. */
function updateOf(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => write(doc));
  return Y.encodeStateAsUpdate(doc);
}

function member() {
  const own = new OwnDrawing(() => undefined);
  const seen = new Drawing();
  return {
    own,
    seen,
    /** What was drawn reaches everybody. */
    deliver() {
      for (const update of own.takeUnsent()) {
        seen.apply(update);
        own.confirm(update);
      }
    },
  };
}

describe('a drawing', () => {
  it('is the same everywhere, whatever was drawn, moved, undone and in whatever pieces it travels', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('note' as const), text: fc.string({ maxLength: 20 }) }),
      fc.record({
        do: fc.constant('line' as const),
        points: fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 9 }),
      }),
      fc.record({ do: fc.constant('move' as const), at: fc.nat(5), x: fc.integer({ min: -99, max: 99 }) }),
      fc.record({ do: fc.constant('remove' as const), at: fc.nat(5) }),
      fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const, 'deliver' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { own, seen, deliver } = member();
        steps.forEach((each, index) => {
          const id = `elem${String(index).padStart(4, '0')}`;
          const at = (place: number) => [...own.shapes.keys()][place] ?? '';
          if (each.do === 'note') own.put(id, note(each.text, index));
          else if (each.do === 'line') {
            own.put(id, pen);
            own.extend(id, each.points.slice(0, each.points.length - (each.points.length % 3)));
          } else if (each.do === 'move') own.change(at(each.at), { x: each.x }, true);
          else if (each.do === 'remove') own.remove([at(each.at)]);
          else if (each.do === 'deliver') deliver();
          else own[each.do]();
        });
        deliver();
        expect(Object.fromEntries(seen.shapes)).toEqual(Object.fromEntries(own.shapes));
        const later = new Drawing();
        const pieces = new Pieces();
        for (const piece of piecesOf(ann, 'name', seen.state())) {
          const whole = pieces.take(ann, piece);
          if (whole) later.apply(whole);
        }
        expect(later.digest(() => false)).toEqual(seen.digest(() => false));
      }),
      { numRuns: 60 },
    );
  });

  it('takes back what the rules refuse, and goes on from there', () => {
    const { own, seen, deliver } = member();
    own.put('first000', note('kept'));
    deliver();
    own.put('second00', note('refused'));
    expect(own.takeUnsent()).toHaveLength(1);
    own.refuse();
    expect([...own.shapes.keys()]).toEqual(['first000']);
    own.change('first000', { text: 'changed' }, true);
    own.put('third000', note('after'));
    deliver();
    expect([...seen.shapes.keys()].sort()).toEqual(['first000', 'third000']);
    expect(seen.shapes.get('first000')).toMatchObject({ text: 'changed' });
  });

  it('undoes one’s own steps one by one, a whole line and a whole drag each', () => {
    const { own } = member();
    own.put('note0000', note('one'));
    own.put('line0000', pen);
    own.extend('line0000', [1, 1, 50, 2, 2, 50]);
    own.change('note0000', { x: 5 }, true);
    own.change('note0000', { x: 9 }, false);
    own.undo();
    expect(own.shapes.get('note0000')).toMatchObject({ x: 0 });
    own.undo();
    expect(own.shapes.has('line0000')).toBe(false);
    own.redo();
    expect(own.shapes.get('line0000')).toMatchObject({ points: [0, 0, 50, 1, 1, 50, 2, 2, 50] });
  });

  it('resends all that did not arrive as one', () => {
    const { own, seen } = member();
    own.put('note0000', note('lost'));
    own.takeUnsent();
    own.put('note0001', note('unsent'));
    const rest = own.unconfirmed();
    if (!rest) throw new Error('too much');
    expect(seen.apply(rest)).toBe(true);
    expect([...seen.shapes.keys()].sort()).toEqual(['note0000', 'note0001']);
    expect(own.takeUnsent()).toEqual([]);
  });
});

describe('what a member sends that is no drawing', () => {
  const put = (doc: Y.Doc, id: string, value: Record<string, unknown>) => {
    const map = new Y.Map<unknown>();
    for (const [key, each] of Object.entries(value)) map.set(key, each);
    doc.getMap('elements').set(id, map);
  };

  it('is refused by its form', () => {
    const bad = {
      text: updateOf((doc) => doc.getText('elements').insert(0, 'x')),
      root: updateOf((doc) => doc.getMap('other').set('a', 1)),
      document: updateOf((doc) => doc.getMap('elements').set('a', new Y.Doc())),
      bytes: updateOf((doc) => doc.getMap('elements').set('a', new Uint8Array(3))),
      markup: updateOf((doc) => doc.getMap('elements').set('a', new Y.XmlElement('script'))),
      noise: new Uint8Array([255, 255, 255, 1, 2, 3]),
      nothing: new Uint8Array(0),
    };
    for (const [name, update] of Object.entries(bad))
      expect([name, isPlainUpdate(update)]).toEqual([name, false]);
    const whole = updateOf((doc) => put(doc, 'note0000', { ...note('x') }));
    expect(isPlainUpdate(whole)).toBe(true);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const broken = Uint8Array.from(whole);
        broken[at] = value;
        const drawing = new Drawing();
        drawing.apply(broken);
        drawing.apply(whole.subarray(0, at));
        for (const shape of drawing.shapes.values()) expect(shape.kind).toBe('note');
      }),
    );
  });

  it('shows nothing where it is no element', () => {
    const drawing = new Drawing();
    const send = (id: string, value: Record<string, unknown>) =>
      drawing.apply(updateOf((doc) => put(doc, id, value)));
    send('ink00000', { ...note('x'), ink: 'url(#evil)' });
    send('far00000', { ...note('x'), x: 1e9 });
    send('more0000', { ...note('x'), onload: 'alert(1)' });
    send('long0000', { ...note('x'.repeat(limits.boardTextCharacters + 1)) });
    send('points00', { ...pen, points: [Number.NaN, 0, 0] });
    send('a b', note('x'));
    expect(drawing.shapes.size).toBe(0);
    send('fine0000', { ...note('x') });
    expect(drawing.shapes.size).toBe(1);
  });

  it('empties the drawing that goes over its bounds, and no other', () => {
    const canvas = new Canvas();
    const name = drawingOfMember(ann, 'aaaaaa');
    canvas
      .ownedBy(bo, drawingOfMember(bo, 'bbbbbb'))
      ?.apply(updateOf((doc) => put(doc, 'kept0000', { ...note('k') })));
    const many = updateOf((doc) => {
      for (let index = 0; index <= limits.boardElements; index++)
        put(doc, `e${String(index).padStart(7, '0')}`, { ...note('x') });
    });
    expect(many.length).toBeGreaterThan(limits.boardUpdateBytes);
    canvas.ownedBy(ann, name)?.apply(many);
    for (let sent = 0; sent < 20; sent++)
      canvas
        .ownedBy(ann, name)
        ?.apply(updateOf((doc) => put(doc, `big${sent}0000`, { blob: 'x'.repeat(40_000) })));
    expect(canvas.ownedBy(ann, name)?.broken).toBe(true);
    expect(canvas.elements().map(({ ref }) => ref)).toEqual([`${drawingOfMember(bo, 'bbbbbb')}.kept0000`]);
  });
});

describe('the board', () => {
  const names = { ann: drawingOfMember(ann, 'aaaaaa'), bo: drawingOfMember(bo, 'bbbbbb') };
  const drawn = (text: string) => {
    const own = new OwnDrawing(() => undefined);
    own.put('note0000', note(text));
    return own.takeUnsent()[0] ?? new Uint8Array();
  };

  it('lets nobody draw under another’s name, or take away what is another’s', () => {
    const canvas = new Canvas();
    canvas.ownedBy(ann, names.ann)?.apply(drawn('by Ann'));
    expect(canvas.ownedBy(bo, names.ann)).toBeNull();
    canvas.told(ann, names.ann, bo, drawn('forged'));
    canvas.told(bo, names.ann, bo, drawn('forged'));
    const ref = `${names.ann}.note0000`;
    canvas.erase([ref], bo, false);
    expect(canvas.elements()).toMatchObject([{ author: ann, teller: null, shape: { text: 'by Ann' } }]);
    canvas.erase([ref], bo, true);
    expect(canvas.elements()).toEqual([]);
  });

  it('says who told of a drawing, until its author does, and what differs shows', () => {
    const canvas = new Canvas();
    const other = new Canvas();
    other.ownedBy(ann, names.ann)?.apply(drawn('true'));
    canvas.told(ann, names.ann, bo, drawn('false'));
    expect(canvas.elements()).toMatchObject([{ teller: bo, shape: { text: 'false' } }]);
    expect(canvas.digest()).not.toBe(other.digest());
    canvas.forgetTold();
    expect(canvas.digest()).toBeNull();
    canvas.told(ann, names.ann, bo, drawn('true'));
    expect(canvas.digest()).toBe(other.digest());
    canvas.ownedBy(ann, names.ann)?.apply(drawn('true'));
    expect(canvas.elements()).toMatchObject([{ teller: null }]);
    other.erase([`${names.ann}.note0000`], ann, false);
    expect(other.digest()).toBeNull();
    expect(canvas.digest()).not.toBeNull();
    canvas.toldErased([`${names.ann}.note0000`]);
    expect(canvas.digest()).toBeNull();
  });

  it('takes pieces of a telling in order and from one teller only', () => {
    const state = new Uint8Array(limits.boardTellBytes * 2 + 9).fill(7);
    const pieces = piecesOf(ann, names.ann, state);
    expect(pieces).toHaveLength(3);
    const [one, two, three] = pieces;
    if (!one || !two || !three) throw new Error('pieces missing');
    const open = new Pieces();
    expect(open.take(ann, two)).toBeNull();
    open.take(ann, one);
    expect(open.take(bo, two)).toBeNull();
    expect(open.take(ann, three)).toBeNull();
    open.take(ann, one);
    open.take(ann, two);
    expect(open.take(ann, three)).toEqual(state);
  });
});
