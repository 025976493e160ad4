import type { DeviceKind } from './deviceList.ts';

/** The part of Storage that is needed. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Remembers the chosen devices of this browser. Works without storage, for the time of the page. */
export class DeviceMemory {
  readonly #storage: KeyValueStorage | null;
  readonly #chosen = new Map<DeviceKind, string>();

  constructor(storage: KeyValueStorage | null) {
    this.#storage = storage;
  }

  get(kind: DeviceKind): string | null {
    const chosen = this.#chosen.get(kind);
    if (chosen !== undefined) return chosen;
    try {
      return this.#storage?.getItem(keyOf(kind)) ?? null;
    } catch {
      return null;
    }
  }

  set(kind: DeviceKind, id: string): void {
    this.#chosen.set(kind, id);
    try {
      this.#storage?.setItem(keyOf(kind), id);
    } catch {
      // Full or forbidden: remembered until the page closes.
    }
  }
}

function keyOf(kind: DeviceKind): string {
  return `sealroom.device.${kind}`;
}
