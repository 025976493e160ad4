import { failure, fromFailure, ProtocolError } from '../../../shared/errors.ts';
import type { BlobId } from '../../../shared/ids.ts';
import { BLOBS_PATH, type BlobToken, uploadState } from '../../../shared/protocol/blobs.ts';

/** How long a download may stand still. */
const SILENCE_MS = 30_000;

/** The way of sealed bytes to the server and back. */
export interface BlobPort {
  /**
   * Appends at `offset`; resolves to the bytes that the server then has. Throws ProtocolError. A Blob, because
   * Chromium takes many times as long to copy an array through its processes.
   */
  put(blob: BlobId, token: BlobToken, offset: number, bytes: Blob, signal: AbortSignal): Promise<number>;
  /** The bytes from `start` on, as they come. Throws ProtocolError; so does the iteration. */
  get(blob: BlobId, token: BlobToken, start: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Over HTTP. The token travels in a header, and nothing of the browser's goes along. */
export function httpBlobs(origin: string): BlobPort {
  const ask = async (blob: BlobId, token: BlobToken, query: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(new URL(`${BLOBS_PATH}/${blob}${query}`, origin), {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
      });
    } catch (cause) {
      throw new ProtocolError('unavailable', { cause });
    }
  };
  return {
    async put(blob, token, offset, bytes, signal) {
      const response = await ask(blob, token, `?offset=${offset}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        signal,
      });
      const answer: unknown = await response.json().catch(() => null);
      const state = uploadState.safeParse(answer);
      if (state.success) return state.data.received;
      throw refusalOf(answer);
    },
    async *get(blob, token, start, signal) {
      const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
      const response = await ask(blob, token, '', { headers, signal });
      if (!response.ok) throw refusalOf(await response.json().catch(() => null));
      const reader = response.body?.getReader();
      if (!reader) throw new ProtocolError('unavailable');
      try {
        for (;;) {
          // A server that goes silent is one that broke off.
          const silence = setTimeout(() => void reader.cancel().catch(() => undefined), SILENCE_MS);
          const { done, value } = await reader.read().finally(() => clearTimeout(silence));
          if (done) return;
          yield value;
        }
      } catch (cause) {
        throw new ProtocolError('unavailable', { cause });
      } finally {
        reader.cancel().catch(() => undefined);
      }
    },
  };
}

function refusalOf(answer: unknown): ProtocolError {
  const refused = failure.safeParse(answer);
  return refused.success ? fromFailure(refused.data) : new ProtocolError('unavailable');
}
