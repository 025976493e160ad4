import type { DeviceKey } from '../../../shared/ids.ts';
import type { Notice } from '../noticeView.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

interface RecordingParts {
  readonly nameOf: (device: DeviceKey) => string;
  readonly notice: (notice: Notice) => void;
}

/**
 * Says who records: from the signed records alone, never from a recorder's word. At the door it is every
 * device that the records name; inside, those of them that are here. Notices tell when that changes, and
 * tell a newcomer what runs already.
 */
export class RecordingWatch {
  readonly #context: Pick<CoreContext, 'records' | 'store'>;
  readonly #keeper: GroupKeeper;
  readonly #parts: RecordingParts;
  #told: ReadonlySet<DeviceKey> = new Set();

  constructor(context: Pick<CoreContext, 'records' | 'store'>, keeper: GroupKeeper, parts: RecordingParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  /** Records or people have changed. */
  consider(): void {
    const { records, store } = this.#context;
    const { recording } = records.chain;
    const inside = this.#keeper.group !== null;
    const present = new Set(this.#keeper.present());
    const now = inside ? [...recording].filter((device) => present.has(device)) : [...recording];
    const shown = store.state.recording;
    if (now.length !== shown.length || now.some((device, index) => device !== shown[index]))
      store.set({ recording: now });
    if (inside) this.#tell(new Set(now));
    else this.#told = new Set();
  }

  #tell(now: ReadonlySet<DeviceKey>): void {
    const before = this.#told;
    this.#told = now;
    const { nameOf, notice } = this.#parts;
    for (const device of now.difference(before)) notice({ kind: 'recording', by: nameOf(device) });
    for (const device of before.difference(now)) notice({ kind: 'recording-over', by: nameOf(device) });
  }
}
