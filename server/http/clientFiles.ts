import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNATURE_PATH } from '../../shared/release/manifest.ts';
import { contentType, importMapOf } from '../../shared/release/pagePolicy.ts';

type Encoding = 'br' | 'gzip';

export interface ClientFile {
  readonly type: string;
  readonly etag: string;
  /** Named by its content, so that it never changes under its name. */
  readonly immutable: boolean;
  readonly body: Buffer;
  readonly encoded: Partial<Record<Encoding, Buffer>>;
}

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
  #importMap: string | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The page itself, or null before the client was built. A new build is picked up here. */
  index(): ClientFile | null {
    const version = this.#builtAt();
    if (version !== this.#version) {
      this.#files = version === '' ? new Map() : readFolder(this.#folder);
      this.#version = version;
      this.#importMap = importMapDigest(this.#files.get('/index.html'));
    }
    return this.#files.get('/index.html') ?? null;
  }

  /** Digest of the page's import map, as its content security policy names it. */
  get importMap(): string | null {
    this.index();
    return this.#importMap;
  }

  /** A file by its path, e.g. `/assets/main-Bx3.js`. */
  get(path: string): ClientFile | null {
    if (this.#version === '') this.index();
    return this.#files.get(path) ?? null;
  }

  #builtAt(): string {
    const age = (file: string) => {
      const stat = statSync(join(this.#folder, file), { throwIfNoEntry: false });
      return stat ? `${stat.mtimeMs} ${stat.ino}` : '';
    };
    const page = age('index.html');
    // A build may be signed after it was first served.
    return page === '' ? '' : `${page} ${age(SIGNATURE_PATH)}`;
  }
}

function importMapDigest(index: ClientFile | undefined): string | null {
  const map = index && importMapOf(index.body.toString('utf8'));
  return map ? `sha256-${createHash('sha256').update(map).digest('base64')}` : null;
}

function readFolder(folder: string): Map<string, ClientFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = new Set(paths);
  const files = new Map<string, ClientFile>();
  for (const path of paths) {
    const served = path.slice(folder.length).replaceAll('\\', '/');
    const type = contentType(served);
    if (type === null || served.includes('/.')) continue;
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
