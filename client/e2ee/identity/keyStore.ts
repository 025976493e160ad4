/** Where a device keeps its secrets between visits, wrapped at rest. Names are not secret, values are. */
export interface KeyStore {
  get(name: string): Promise<Uint8Array | null>;
  put(name: string, secret: Uint8Array): Promise<void>;
  delete(name: string): Promise<void>;
  /** Names that start with `prefix`. */
  list(prefix: string): Promise<readonly string[]>;
}

/** What the names of entries with host keys begin with; the meeting's id follows. */
export const HOST_ENTRIES = 'host:';

/** A store that forgets at exit; for bots and tests, and where the browser refuses storage. */
export function memoryKeyStore(): KeyStore {
  const entries = new Map<string, Uint8Array>();
  return {
    async get(name) {
      return entries.get(name)?.slice() ?? null;
    },
    async put(name, secret) {
      entries.set(name, secret.slice());
    },
    async delete(name) {
      entries.delete(name);
    },
    async list(prefix) {
      return [...entries.keys()].filter((name) => name.startsWith(prefix));
    },
  };
}
