import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Encoding = 'br' | 'gzip';

export interface ClientFile {
  readonly type: string;
  readonly etag: string;
  /** Named by its content, so that it never changes under its name. */
  readonly immutable: boolean;
  readonly body: Buffer;
  readonly encoded: Partial<Record<Encoding, Buffer>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.tflite': 'application/octet-stream',
  '.txt': 'text/plain; charset=utf-8',
};

const encodings: readonly [string, Encoding][] = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
];

/**
 * The built page, held in memory under the paths it is served at: a request can name what is in this map and
 * nothing else. Files of other types, dot files and compressed twins have no path of their own.
 */
export class ClientFiles {
  readonly #folder: string;
  #files: ReadonlyMap<string, ClientFile> = new Map();
  #version = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The page itself, or null before the client was built. A new build is picked up here. */
  index(): ClientFile | null {
    const version = this.#builtAt();
    if (version !== this.#version) {
      this.#files = version === '' ? new Map() : readFolder(this.#folder);
      this.#version = version;
    }
    return this.#files.get('/index.html') ?? null;
  }

  /** A file by its path, e.g. `/assets/main-Bx3.js`. */
  get(path: string): ClientFile | null {
    if (this.#version === '') this.index();
    return this.#files.get(path) ?? null;
  }

  #builtAt(): string {
    const stat = statSync(join(this.#folder, 'index.html'), { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs} ${stat.ino}` : '';
  }
}

function readFolder(folder: string): Map<string, ClientFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = new Set(paths);
  const files = new Map<string, ClientFile>();
  for (const path of paths) {
    const served = path.slice(folder.length).replaceAll('\\', '/');
    const type = types[served.slice(served.lastIndexOf('.'))];
    if (type === undefined || served.includes('/.')) continue;
    const body = readFileSync(path);
    const encoded: Partial<Record<Encoding, Buffer>> = {};
    for (const [suffix, encoding] of encodings) {
      if (names.has(path + suffix)) encoded[encoding] = readFileSync(path + suffix);
    }
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    files.set(served, { type, etag, immutable: served.startsWith('/assets/'), body, encoded });
  }
  return files;
}
