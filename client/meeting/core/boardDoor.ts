import type { DeviceKey } from '../../../shared/ids.ts';
import type { BoardAct, PointerMessage } from '../../e2ee/boardContent.ts';
import type { Board, BoardParts } from '../board/board.ts';
import type { BoardWish } from '../boardView.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

/** What comes before the board's code is there; a meeting's whole board would not be more. */
const KEPT = 20_000;

/**
 * Fetches the whiteboard when somebody first draws, here or elsewhere. Rights are read at the place in the stream
 * where something was said; what comes while the code is fetched is taken in order afterwards.
 */
export class BoardDoor {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: BoardParts;
  #board: Board | null = null;
  #loading = false;
  /** Came to others who may have drawn before. */
  #newcomer = false;
  #waiting: ((board: Board) => void)[] = [];

  constructor(context: CoreContext, keeper: GroupKeeper, parts: BoardParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  /** Takes what a member said of the board. */
  take(from: DeviceKey, act: BoardAct): void {
    const annotates = this.#parts.may(from, 'annotate');
    const moderates = this.#parts.may(from, 'moderate');
    this.#with((board) => board.take({ from, act, annotates, moderates }));
  }

  takePointer(from: DeviceKey, pointer: PointerMessage): void {
    this.#board?.takePointer(from, pointer);
  }

  want(wish: BoardWish): void {
    this.#with((board) => board.want(wish));
  }

  newEpoch(added: readonly DeviceKey[], removed: readonly DeviceKey[]): void {
    const { key } = this.#context.identity;
    if (added.includes(key)) this.#newcomer = this.#keeper.present().some((device) => device !== key);
    // Whoever has no board yet has nothing to tell.
    if (this.#board) this.#board.newEpoch(added, removed);
    else if (this.#loading) this.#waiting.push((board) => board.newEpoch(added, removed));
  }

  note(): void {
    this.#board?.note();
  }

  /** Of the board after everything the stream has brought; null while there is nothing on it. */
  digest(): string | null {
    return this.#board?.digest() ?? null;
  }

  /** What a member says it sees at entry `seq` of the stream. */
  compare(from: DeviceKey, seq: number, digest: string | null): void {
    if (this.#keeper.witness.testimony()?.seq !== seq) return;
    if (this.#board) this.#board.compare(from, digest);
    else if (digest !== null) this.#with((board) => board.compare(from, digest));
    // There is no board anywhere.
    else this.#newcomer = false;
  }

  /** Idempotent. */
  clear(): void {
    this.#board?.clear();
    this.#board = null;
    this.#waiting = [];
  }

  #with(work: (board: Board) => void): void {
    if (this.#board) return work(this.#board);
    if (this.#waiting.length < KEPT) this.#waiting.push(work);
    if (this.#loading) return;
    this.#loading = true;
    import('../board/board.ts')
      .then(({ Board }) => {
        const board = new Board(this.#context, this.#keeper, this.#parts, this.#newcomer);
        this.#board = board;
        for (const each of this.#waiting.splice(0)) each(board);
      })
      // Tried again with the next that is said.
      .catch(() => undefined)
      .finally(() => {
        this.#loading = false;
      });
  }
}
