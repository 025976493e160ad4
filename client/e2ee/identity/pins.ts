import { z } from 'zod';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import type { KeyStore } from './keyStore.ts';

const pin = z.strictObject({
  lasting: deviceKey,
  name: z.string().max(200),
  firstSeen: z.number(),
  /** When people compared the code, 0 while they have not. */
  verifiedAt: z.number(),
});
const pinList = z.array(pin);
export type Pin = z.infer<typeof pin>;

export type Trust = 'new' | 'known' | 'verified' | 'changed';

const ENTRY = 'pins';

/**
 * People this device has met: lasting key and name. Kept sealed on the device. A verified name that
 * comes back with another key is `changed`, which is an alarm and is never overwritten silently.
 */
export class Pins {
  readonly #store: KeyStore;
  readonly #pins: Map<DeviceKey, Pin>;

  private constructor(store: KeyStore, pins: readonly Pin[]) {
    this.#store = store;
    this.#pins = new Map(pins.map((entry) => [entry.lasting, entry]));
  }

  static async open(store: KeyStore): Promise<Pins> {
    const bytes = await store.get(ENTRY);
    if (!bytes) return new Pins(store, []);
    const parsed = pinList.safeParse(safeJson(bytes));
    return new Pins(store, parsed.success ? parsed.data : []);
  }

  /** How a device with this lasting key and name stands to what is pinned. */
  trust(lasting: DeviceKey, name: string): Trust {
    const known = this.#pins.get(lasting);
    const folded = foldName(name);
    if (known && known.verifiedAt > 0 && foldName(known.name) === folded) return 'verified';
    // Having been met under another name gives nobody the name of a verified person.
    for (const entry of this.#pins.values()) {
      if (entry.lasting !== lasting && entry.verifiedAt > 0 && foldName(entry.name) === folded)
        return 'changed';
    }
    if (!known) return 'new';
    return known.verifiedAt > 0 ? 'verified' : 'known';
  }

  /** Remembers a device that was met; keeps an earlier verification. */
  async remember(lasting: DeviceKey, name: string, now: number): Promise<void> {
    const known = this.#pins.get(lasting);
    if (known && known.name === name) return;
    this.#pins.set(lasting, {
      lasting,
      name,
      firstSeen: known?.firstSeen ?? now,
      verifiedAt: known?.verifiedAt ?? 0,
    });
    await this.#save();
  }

  /** Marks a device as compared by people. */
  async verify(lasting: DeviceKey, name: string, now: number): Promise<void> {
    this.#pins.set(lasting, {
      lasting,
      name,
      firstSeen: this.#pins.get(lasting)?.firstSeen ?? now,
      verifiedAt: now,
    });
    await this.#save();
  }

  async #save(): Promise<void> {
    await this.#store.put(ENTRY, utf8(JSON.stringify([...this.#pins.values()])));
  }
}

/** What a name looks like: case, width, spacing and characters that show nothing aside. */
export function foldName(name: string): string {
  const visible = name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return visible.toLowerCase().replace(/\s+/g, ' ').trim();
}

function safeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return null;
  }
}
