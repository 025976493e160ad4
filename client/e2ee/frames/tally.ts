import type { DropReason, TransformStats } from './messages.ts';

/** Counts what one transform did with its frames. */
export class Tally {
  framesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  readonly #dropped = new Map<DropReason, number>();

  drop(reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  pass(bytes: number): void {
    this.framesOut++;
    this.bytesOut += bytes;
  }

  read(id: number, role: TransformStats['role'], held: number): TransformStats {
    const count = (reason: DropReason) => this.#dropped.get(reason) ?? 0;
    return {
      id,
      role,
      framesIn: this.framesIn,
      framesOut: this.framesOut,
      bytesOut: this.bytesOut,
      held,
      dropped: {
        'no-key': count('no-key'),
        unauthenticated: count('unauthenticated'),
        replay: count('replay'),
        'wrong-sender': count('wrong-sender'),
        'wrong-context': count('wrong-context'),
        malformed: count('malformed'),
        empty: count('empty'),
        'unsupported-codec': count('unsupported-codec'),
        unsigned: count('unsigned'),
      },
    };
  }
}
