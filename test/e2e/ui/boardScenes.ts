import {
  type BoardElementView,
  type BoardView,
  noBoard,
  type Shape,
} from '../../../client/meeting/boardView.ts';
import type { MeetingView } from '../../../client/meeting/view.ts';
import { keyOf, names } from './people.ts';

type Place = Pick<Shape, 'on' | 'x' | 'y' | 'ink'>;

/** A line as a hand draws it. */
function wave(place: Place, length: number, height: number): Shape {
  const points: number[] = [];
  for (let step = 0; step <= length; step += 6)
    points.push(step, Math.round(Math.sin(step / 40) * height), 40 + Math.round(30 * Math.sin(step / 90)));
  return { kind: 'pen', ...place, z: 1, thickness: 6, points };
}

function elementsOf(
  shapes: readonly (readonly [author: number, shape: Shape])[],
  toldBy: string | null = null,
) {
  return shapes.map(([author, shape], index): BoardElementView => {
    const mine = author === 0;
    return {
      ref: `drawing${String(author).padStart(9, '0')}.elem${String(index).padStart(4, '0')}`,
      author: keyOf(author),
      by: names[author] ?? '',
      mine,
      mayChange: mine,
      toldBy: author === 3 ? toldBy : null,
      shape: { ...shape, z: index },
    };
  });
}

/** A board that four people have drawn on. */
export function drawnBoard(): Pick<MeetingView, 'board' | 'boardElements'> {
  const at = (x: number, y: number, ink: Shape['ink']): Place => ({ on: 'board', x, y, ink });
  const outline = { z: 0, thickness: 3 } as const;
  const note = (place: Place, text: string): Shape => ({
    kind: 'note',
    ...place,
    z: 0,
    width: 200,
    height: 200,
    text,
  });
  const board: BoardView = {
    ...noBoard,
    pointers: [{ device: keyOf(1), name: names[1] ?? '', on: 'board', x: 690, y: 330 }],
    canUndo: true,
  };
  return {
    board,
    boardElements: elementsOf(
      [
        [1, { kind: 'text', ...at(40, 20, 'black'), z: 0, size: 44, text: 'Moving the archive 檔案搬遷' }],
        [0, note(at(40, 120, 'orange'), 'Count the boxes before Friday and tell the second floor.')],
        [1, note(at(280, 120, 'blue'), '先確認電梯能不能載 300 公斤，再約搬家公司。')],
        [2, note(at(520, 120, 'green'), 'Keys: Noor')],
        [0, { kind: 'arrow', ...at(250, 420, 'violet'), ...outline, width: 220, height: 60 }],
        [2, { kind: 'rectangle', ...at(500, 400, 'blue'), ...outline, width: 240, height: 140 }],
        [2, { kind: 'ellipse', ...at(60, 390, 'red'), ...outline, width: 180, height: 110 }],
        [2, { kind: 'text', ...at(105, 428, 'black'), z: 0, size: 28, text: 'Room 4' }],
        [1, wave(at(60, 580, 'green'), 620, 30)],
        [
          3,
          { kind: 'marker', ...at(512, 470, 'orange'), z: 0, thickness: 6, points: [0, 0, 50, 210, 4, 50] },
        ],
      ],
      names[1],
    ),
  };
}

/** The screen that the second person shares, drawn on by two. */
export function drawnScreen(): Pick<MeetingView, 'board' | 'boardElements'> {
  const on = `screen:${keyOf(1)}:AbCdEf12` as const;
  return {
    board: { ...noBoard, screens: [{ device: keyOf(1), on }] },
    boardElements: elementsOf([
      [
        0,
        {
          kind: 'arrow',
          on,
          x: 7_200,
          y: 1_500,
          ink: 'red',
          z: 0,
          thickness: 4,
          width: -2_600,
          height: 1_400,
        },
      ],
      [
        2,
        {
          kind: 'rectangle',
          on,
          x: 900,
          y: 3_800,
          ink: 'red',
          z: 0,
          thickness: 4,
          width: 4_200,
          height: 1_900,
        },
      ],
    ]),
  };
}
