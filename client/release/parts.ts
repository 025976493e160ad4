import { integrityOf } from '../../shared/release/integrity.ts';

/** Digests of all scripts and stylesheets, from the import map of the page, by path. */
function digests(): ReadonlyMap<string, string> {
  const text = document.querySelector('script[type="importmap"]')?.textContent;
  // Written by the build (client/build/release.ts).
  const map = text ? (JSON.parse(text) as { integrity: Record<string, string> }) : { integrity: {} };
  return new Map(Object.entries(map.integrity));
}

/** The page's parts as it names them itself, for browsers in which no guard can be. */
export class PageParts {
  readonly #digests = digests();

  /**
   * Fetches every worker and what workers import, which browsers start without integrity metadata, and
   * rejects where one is not as it should be. The browser then starts them from its cache.
   */
  async checkWorkers(): Promise<void> {
    const workers = [...this.#digests].filter(([path]) =>
      /\/(\w*[wW]orker\w*|sodium|schemas)-[\w-]+\.js$/.test(path),
    );
    await Promise.all(workers.map(([path, integrity]) => fetch(path, { integrity, cache: 'force-cache' })));
  }

  /** The first part that the server answers with other bytes; null where all arrive as they should or not at all. */
  async findAltered(): Promise<string | null> {
    for (const [path, digest] of this.#digests) {
      try {
        const response = await fetch(path, { cache: 'reload' });
        if (!response.ok) continue;
        if ((await integrityOf(new Uint8Array(await response.arrayBuffer()))) !== digest) return path;
      } catch {
        // Not reached is not altered.
      }
    }
    return null;
  }
}
