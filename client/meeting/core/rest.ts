import type { z } from 'zod';
import { failure, fromFailure, ProtocolError } from '../../../shared/errors.ts';
import { OWN_PAGE_HEADER } from '../../../shared/protocol/ownPage.ts';

/** A report with a picture takes a minute on a slow line. */
const PATIENCE_MS = 120_000;

/**
 * One call of the server's HTTP interface: GET, or `method` where there is a body, of bytes or else of JSON.
 * Throws ProtocolError, `unavailable` where no answer came or one that is of no form.
 */
export async function callServer<Answer extends z.ZodType>(
  origin: string,
  path: string,
  form: Answer,
  body?: object,
  method: 'POST' | 'PUT' = 'POST',
): Promise<z.infer<Answer>> {
  let answer: unknown;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const asking = body ? sending(method, body) : { headers: { [OWN_PAGE_HEADER]: '1' } };
    const response = await fetch(new URL(path, origin), { ...asking, signal });
    answer = await response.json();
  } catch (cause) {
    throw new ProtocolError('unavailable', { cause });
  }
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  const refused = failure.safeParse(answer);
  throw refused.success ? fromFailure(refused.data) : new ProtocolError('unavailable');
}

function sending(method: string, body: object): RequestInit {
  const bytes = body instanceof Uint8Array;
  return {
    method,
    headers: {
      'content-type': bytes ? 'application/octet-stream' : 'application/json',
      [OWN_PAGE_HEADER]: '1',
    },
    body: bytes ? Uint8Array.from(body) : JSON.stringify(body),
  };
}
