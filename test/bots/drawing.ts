import type { BoardElementView, Shape } from '../../client/meeting/boardView.ts';
import { pause } from '../support/until.ts';
import type { Bot } from './bot.ts';

/** How often a hand gives the page new points, in milliseconds. */
const HAND_MS = 50;
const inks = ['black', 'red', 'orange', 'green', 'blue', 'violet'] as const;

/** Names for elements, and what a hand does: the same for the same seed. */
export class Hand {
  readonly #bot: Bot;
  readonly #seed: number;
  #count = 0;

  constructor(bot: Bot, seed: number) {
    this.#bot = bot;
    this.#seed = seed;
  }

  /** Draws lines, puts up notes, moves and deletes what is its own and undoes some of it, as long as `goesOn`. */
  async draw(goesOn: (turns: number) => boolean): Promise<void> {
    const { board } = this.#bot.core;
    while (goesOn(this.#count)) {
      const turn = this.#count % 5;
      const mine = this.#bot.state.boardElements.filter((element) => element.mayChange);
      const [first] = mine;
      if (turn === 3 && first) {
        for (let step = 0; step < 6; step++) {
          board.want({ do: 'change', ref: first.ref, change: { x: step * 10 }, first: step === 0 });
          await pause(HAND_MS);
        }
      } else if (turn === 4 && first)
        board.want(mine.length % 2 ? { do: 'undo' } : { do: 'remove', refs: [first.ref] });
      else if (turn === 1) this.note(`note ${this.#count}`);
      else await this.#line(20);
      this.#count += 1;
      await pause(HAND_MS);
    }
  }

  note(text: string): string {
    return this.put({ kind: 'note', ...this.#common(), width: 200, height: 200, text });
  }

  put(shape: Shape): string {
    const id = `${this.#seed}_${String(this.#count).padStart(4, '0')}${String(Math.floor(Math.random() * 1e4)).padStart(4, '0')}`;
    this.#bot.core.board.want({ do: 'put', id, shape });
    return id;
  }

  async #line(steps: number): Promise<void> {
    const id = this.put({ kind: 'pen', ...this.#common(), thickness: 4, points: [0, 0, 50] });
    for (let step = 1; step <= steps; step++) {
      const points = [1, 2, 3].flatMap((part) => [step * 9 + part, this.#seed * 7 + step * part, 40 + part]);
      this.#bot.core.board.want({ do: 'extend', id, points });
      await pause(HAND_MS);
    }
  }

  #common() {
    const place = { x: (this.#count * 37) % 1_500, y: (this.#seed * 131) % 900 };
    return { on: 'board', ...place, z: this.#count, ink: inks[this.#seed % inks.length] ?? 'black' } as const;
  }
}

/** What is on a board, without what depends on who looks at it. */
export function seenBy(bot: Bot): unknown[] {
  return bot.state.boardElements.map(({ ref, author, shape }: BoardElementView) => ({ ref, author, shape }));
}

/** Waits until all of them see the same board, and returns it. */
export async function sameBoard(bots: readonly Bot[], ms = 15_000): Promise<unknown[]> {
  const [first] = bots;
  if (!first) throw new Error('nobody there');
  const end = Date.now() + ms;
  for (;;) {
    const boards = bots.map((bot) => JSON.stringify(seenBy(bot)));
    const digests = new Set(bots.map((bot) => bot.core.board.digest()));
    if (boards.every((board) => board === boards[0]) && digests.size === 1) return seenBy(first);
    if (Date.now() > end) {
      const counts = bots.map((bot) => `${bot.state.name}: ${bot.state.boardElements.length}`);
      throw new Error(`the boards did not become the same: ${counts.join(', ')}`);
    }
    await pause(100);
  }
}
