import { concat, utf8 } from '../../../shared/bytes.ts';
import type { KeyStore } from './keyStore.ts';

const DATABASE = 'sealroom';
const KEYS = 'wrapping';
const SECRETS = 'secrets';
const WRAPPING_KEY = 'device';
const NONCE_LENGTH = 12;

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS);
    opening.result.createObjectStore(SECRETS);
  };
  return settled(opening);
}

/** Creates the wrapping key once; two tabs at the same time agree on the first one stored. */
async function wrappingKey(database: IDBDatabase): Promise<CryptoKey> {
  const read = () =>
    settled<CryptoKey | undefined>(database.transaction(KEYS).objectStore(KEYS).get(WRAPPING_KEY));
  const present = await read();
  if (present) return present;
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  try {
    await settled(database.transaction(KEYS, 'readwrite').objectStore(KEYS).add(fresh, WRAPPING_KEY));
    return fresh;
  } catch {
    const other = await read();
    if (!other) throw new Error('The browser refused to keep a key');
    return other;
  }
}

/**
 * Secrets in IndexedDB, each encrypted by an AES-256-GCM key that the browser never hands out
 * (non-extractable), with the entry's name as associated data.
 */
export async function browserKeyStore(): Promise<KeyStore> {
  const database = await openDatabase();
  const key = await wrappingKey(database);
  const secrets = (mode: IDBTransactionMode) => database.transaction(SECRETS, mode).objectStore(SECRETS);

  return {
    async get(name) {
      const wrapped = await settled<Uint8Array | undefined>(secrets('readonly').get(name));
      if (!wrapped) return null;
      const iv = wrapped.slice(0, NONCE_LENGTH);
      const additionalData = buffer(utf8(name));
      try {
        const plain = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv, additionalData },
          key,
          wrapped.slice(NONCE_LENGTH),
        );
        return new Uint8Array(plain);
      } catch {
        // Unreadable is the same as lost: the device starts afresh rather than with a wrong secret.
        return null;
      }
    },
    async put(name, secret) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: buffer(utf8(name)) },
        key,
        buffer(secret),
      );
      await settled(secrets('readwrite').put(concat(iv, new Uint8Array(sealed)), name));
    },
    async delete(name) {
      await settled(secrets('readwrite').delete(name));
    },
    async list(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const names = await settled(secrets('readonly').getAllKeys(range));
      return names.filter((name) => typeof name === 'string');
    },
  };
}

/** WebCrypto's types ask for bytes over a plain ArrayBuffer. */
function buffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
