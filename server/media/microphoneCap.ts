import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';

/** Keeps the number of microphones that are on within a bound: everyone receives each of them. */
export class MicrophoneCap {
  readonly #most: number;
  /** Devices whose microphone is being switched on. */
  readonly #opening = new Set<DeviceKey>();

  constructor(most: number = limits.openMicrophones) {
    this.#most = most;
  }

  /**
   * Switches a device's microphone on. `open`: the devices whose microphone is on. Throws ProtocolError `full` where
   * too many are, unless this one may `always` be on.
   */
  async open<Value>(
    device: DeviceKey,
    open: ReadonlySet<DeviceKey>,
    always: boolean,
    switchOn: () => Promise<Value>,
  ): Promise<Value> {
    const others = new Set([...open, ...this.#opening]);
    others.delete(device);
    if (!always && others.size >= this.#most) throw new ProtocolError('full');
    this.#opening.add(device);
    try {
      return await switchOn();
    } finally {
      this.#opening.delete(device);
    }
  }
}
