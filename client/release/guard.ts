import { integrityOf } from '../../shared/release/integrity.ts';
import { GUARD_PATH, MANIFEST_PATH, readManifest, SIGNATURE_PATH } from '../../shared/release/manifest.ts';
import { contentType } from '../../shared/release/pagePolicy.ts';
import { readSignature, releaseFingerprint } from '../../shared/release/signature.ts';
import type { Check, GuardAlarm, ReleaseFacts } from './guardMessages.ts';
import { pageHeaders } from './pageHeaders.ts';
import { judge, type Offer, type Pin, type Release } from './pin.ts';

const PIN = '/pin';

/** A file that is not what the release says; whoever asked for it gets nothing. */
class Altered extends Error {}

export interface GuardParts {
  /** Where the pin and verified files are kept. */
  readonly store: Cache;
  readonly fetch: typeof fetch;
  readonly origin: string;
  readonly alarm: (alarm: GuardAlarm) => void;
}

/**
 * Holds a site to the release that this browser has opened: answers every request for a part of the page with bytes
 * whose digest is in the pinned manifest, from its store or from the server, or with nothing.
 */
export class Guard {
  readonly #parts: GuardParts;
  #pin: Pin | null = null;
  #offered: Release | null = null;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Pins what the server offers, at a browser's first visit. Throws where that does not hold together. */
  async begin(): Promise<void> {
    if ((await this.#pinned()) !== null) return;
    const offer = await this.#offer();
    if (offer.kind === 'bad-signature') this.#parts.alarm({ kind: 'bad-signature' });
    if (offer.kind !== 'release') throw new Error(`nothing to pin: ${offer.kind}`);
    await this.#file('/index.html', offer.release);
    await this.#write(offer.release);
  }

  async check(): Promise<Check> {
    const pin = await this.#pinned();
    if (pin === null) return { kind: 'unlisted' };
    const verdict = judge(pin, await this.#offer());
    this.#offered = verdict.kind === 'update' ? verdict.release : null;
    if (verdict.kind === 'refused') return { ...verdict, from: await factsOf(pin) };
    if (verdict.kind !== 'update') return { kind: verdict.kind };
    const { release } = verdict;
    const guard = release.manifest.files[GUARD_PATH] !== pin.manifest.files[GUARD_PATH];
    return { kind: 'update', from: await factsOf(pin), to: await factsOf(release), guard };
  }

  /** Moves the pin to a release that is on offer, once all its scripts are here; false where they are not. */
  async accept(digest: string): Promise<boolean> {
    // The browser stops and replaces guards while a person reads: what was offered may have to be looked at again.
    if (this.#offered?.digest !== digest) await this.check();
    const release = this.#offered;
    if (release?.digest !== digest) return false;
    try {
      await this.#keep(release);
    } catch {
      return false;
    }
    await this.#write(release);
    await this.#forgetOthers(release);
    return true;
  }

  async keep(): Promise<boolean> {
    const pin = await this.#pinned();
    if (pin === null) return false;
    try {
      await this.#keep(pin);
      return true;
    } catch {
      return false;
    }
  }

  async state(): Promise<ReleaseFacts | null> {
    const pin = await this.#pinned();
    return pin && factsOf(pin);
  }

  /** A file of the pinned release; an error where there is none with the right digest. */
  async respond(path: string): Promise<Response> {
    const pin = await this.#pinned();
    if (pin === null) return Response.error();
    try {
      const body = await this.#file(path, pin);
      const headers = await pageHeaders(path, body, this.#parts.origin);
      return new Response(body, { headers });
    } catch {
      return Response.error();
    }
  }

  async #offer(): Promise<Offer> {
    const ask = (path: string) =>
      this.#parts.fetch(path, { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(10_000) });
    try {
      const [described, signature] = await Promise.all([ask(MANIFEST_PATH), ask(SIGNATURE_PATH)]);
      // Behind a proxy that is down the site's files are not gone.
      if (described.status >= 500 || signature.status >= 500) return { kind: 'unreachable' };
      const text = described.ok ? await described.text() : '';
      const manifest = readManifest(text);
      if (manifest === null) return { kind: 'none' };
      const digest = await integrityOf(text);
      const signed = signature.ok ? await readSignature(await signature.text(), digest) : null;
      if (signature.ok && signed === null) return { kind: 'bad-signature' };
      return { kind: 'release', release: { text, digest, manifest, signed } };
    } catch {
      return { kind: 'unreachable' };
    }
  }

  /** Bytes of a file as the release has it. Throws Altered, or TypeError where the server is not reached. */
  async #file(path: string, { manifest }: Release): Promise<ArrayBuffer> {
    const digest = manifest.files[path];
    if (digest === undefined) throw new Altered(path);
    const { store } = this.#parts;
    const kept = await store.match(keyOf(digest));
    if (kept !== undefined) return kept.arrayBuffer();
    // What the browser's own cache has may be stale; the server itself is asked before anybody is alarmed.
    for (const cache of ['default', 'reload'] as const) {
      const response = await this.#parts.fetch(path, { cache, redirect: 'error' });
      if (!response.ok) throw new TypeError(`status ${response.status}`);
      const body = await response.arrayBuffer();
      if ((await integrityOf(new Uint8Array(body))) !== digest) continue;
      await store.put(keyOf(digest), new Response(body));
      return body;
    }
    this.#parts.alarm({ kind: 'altered', path });
    throw new Altered(path);
  }

  /** Everything that the page is likely to need; what blurs pictures and cleans sound is large, and waits. */
  async #keep(release: Release): Promise<void> {
    for (const path of Object.keys(release.manifest.files)) {
      if (/\.(html|js|css)$/.test(path) && path !== GUARD_PATH) await this.#file(path, release);
    }
  }

  async #forgetOthers({ manifest }: Release): Promise<void> {
    const wanted = new Set(Object.values(manifest.files).map((digest) => keyOf(digest)));
    for (const { url } of await this.#parts.store.keys()) {
      const { pathname } = new URL(url);
      if (pathname !== PIN && !wanted.has(pathname)) await this.#parts.store.delete(url);
    }
  }

  async #pinned(): Promise<Pin | null> {
    if (this.#pin !== null) return this.#pin;
    const kept = await this.#parts.store.match(PIN);
    if (kept === undefined) return null;
    // Written below, by this or an earlier guard of the same form.
    const { text, digest, signed } = (await kept.json()) as Omit<Pin, 'manifest'>;
    const manifest = readManifest(text);
    if (manifest === null) throw new Altered(PIN);
    this.#pin = { text, digest, signed, manifest };
    return this.#pin;
  }

  async #write(release: Release): Promise<void> {
    const { text, digest, signed } = release;
    await this.#parts.store.put(PIN, new Response(JSON.stringify({ text, digest, signed })));
    this.#pin = release;
  }
}

/** Kept by digest, so that a file which two releases share is fetched once. */
function keyOf(digest: string): string {
  return `/file/${digest.replaceAll('/', '_').replaceAll('+', '-')}`;
}

async function factsOf({ manifest, digest, signed }: Release): Promise<ReleaseFacts> {
  const fingerprints = await Promise.all((signed?.keys ?? []).map(releaseFingerprint));
  return { version: manifest.version, digest, signed: signed && { at: signed.at, fingerprints } };
}

/** Whether a path names a file, not a page of the application. */
export function isFile(path: string): boolean {
  return contentType(path) !== null || path.startsWith('/assets/');
}
