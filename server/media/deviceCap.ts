import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';

/** Keeps the number of devices that do something at a time within a bound. */
export class DeviceCap {
  readonly #most: number;
  /** Devices that are about to. */
  readonly #beginning = new Set<DeviceKey>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Has a device `begin`. `doing`: those that do it now. Throws ProtocolError `full` where too many do, unless this one may `always`. */
  async admit<Value>(
    device: DeviceKey,
    doing: ReadonlySet<DeviceKey>,
    always: boolean,
    begin: () => Promise<Value>,
  ): Promise<Value> {
    const others = new Set([...doing, ...this.#beginning]);
    others.delete(device);
    if (!always && others.size >= this.#most) throw new ProtocolError('full');
    this.#beginning.add(device);
    try {
      return await begin();
    } finally {
      this.#beginning.delete(device);
    }
  }
}
