import { newDeviceSeed } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';

const ENTRY = 'device-seed';

/** This device's seed, made at the first meeting and kept wrapped from then on. */
export async function deviceSeed(keyStore: KeyStore): Promise<Uint8Array> {
  const kept = await keyStore.get(ENTRY);
  if (kept) return kept;
  const seed = newDeviceSeed();
  await keyStore.put(ENTRY, seed);
  return seed;
}
