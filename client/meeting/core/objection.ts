import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import type { CoreContext } from './context.ts';

/** How long the others may take to say that they refused a commit too. */
const OBJECTION_MS = 5_000;

/**
 * The server has moved to an epoch that this device refused. It says so and waits for the others: when they refused
 * too, the commit is void; otherwise this device is alone and joins anew.
 */
export class Objection {
  readonly #context: Pick<CoreContext, 'clock' | 'signaling'>;
  readonly #onAlone: () => void;
  #cancel: (() => void) | null = null;

  constructor(context: Pick<CoreContext, 'clock' | 'signaling'>, onAlone: () => void) {
    this.#context = context;
    this.#onAlone = onAlone;
  }

  get stands(): boolean {
    return this.#cancel !== null;
  }

  /** Refuses a commit, in place of any other one. */
  raise({ groupId, epoch }: StreamEntry & { kind: 'commit' }): void {
    this.#context.signaling.request('group:refuse', { groupId, epoch }).catch(() => undefined);
    this.#cancel?.();
    this.#cancel = this.#context.clock.after(OBJECTION_MS, () => {
      this.#cancel = null;
      this.#onAlone();
    });
  }

  /** It was heard, or does not matter any more. Idempotent. */
  settle(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
