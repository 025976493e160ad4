import type { Page } from 'playwright-core';
import { type KeyStore, memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';

/** A copy of the secrets a page's browser keeps, unwrapped there: what only this device should know. */
export async function copyKeyStore(page: Page): Promise<KeyStore> {
  const entries = await page.evaluate(async () => {
    const settled = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await settled(indexedDB.open('sealroom'));
    const store = (name: string) => database.transaction(name).objectStore(name);
    const key = await settled<CryptoKey>(store('wrapping').get('device'));
    const names = (await settled(store('secrets').getAllKeys())).map(String);
    const found = await Promise.all(
      names.map(async (name) => {
        const wrapped = await settled<Uint8Array<ArrayBuffer>>(store('secrets').get(name));
        const parameters = {
          name: 'AES-GCM',
          iv: wrapped.slice(0, 12),
          additionalData: new TextEncoder().encode(name),
        };
        const plain = await crypto.subtle.decrypt(parameters, key, wrapped.slice(12));
        return [name, [...new Uint8Array(plain)]] as const;
      }),
    );
    database.close();
    return found;
  });
  const copy = memoryKeyStore();
  for (const [name, bytes] of entries) await copy.put(name, Uint8Array.from(bytes));
  return copy;
}
