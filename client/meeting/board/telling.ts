import { concat, fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { BoardAct } from '../../e2ee/boardContent.ts';

type Tell = BoardAct & { do: 'tell' };

/** A whole drawing as pieces that messages can carry. */
export function piecesOf(author: DeviceKey, drawing: string, state: Uint8Array): Tell[] {
  const parts = Math.max(1, Math.ceil(state.length / limits.boardTellBytes));
  return Array.from({ length: parts }, (_, part) => ({
    do: 'tell',
    author,
    drawing,
    part,
    parts,
    update: toBase64Url(state.subarray(part * limits.boardTellBytes, (part + 1) * limits.boardTellBytes)),
  }));
}

/** Puts pieces together again, for each teller and drawing on its own. */
export class Pieces {
  readonly #open = new Map<string, Uint8Array[]>();

  /** The whole drawing once its last piece is there; pieces come in order, or not at all. */
  take(from: DeviceKey, { drawing, part, parts, update }: Tell): Uint8Array | null {
    const key = `${from} ${drawing}`;
    const before = part === 0 ? [] : this.#open.get(key);
    this.#open.delete(key);
    if (before?.length !== part) return null;
    const pieces = [...before, fromBase64Url(update)];
    if (part === parts - 1) return concat(...pieces);
    // What is never finished must not pile up.
    if (this.#open.size < limits.boardDrawings) this.#open.set(key, pieces);
    return null;
  }

  clear(): void {
    this.#open.clear();
  }
}
