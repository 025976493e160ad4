import type { z } from 'zod';
import { failure, fromFailure, ProtocolError } from '../../../shared/errors.ts';
import { OWN_PAGE_HEADER } from '../../../shared/protocol/accounts.ts';

/**
 * One call of the server's HTTP interface, with JSON both ways: POST where there is a body, else GET.
 * Throws ProtocolError, `unavailable` where no answer came or one that is of no form.
 */
export async function callServer<Answer extends z.ZodType>(
  origin: string,
  path: string,
  form: Answer,
  body?: unknown,
): Promise<z.infer<Answer>> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', [OWN_PAGE_HEADER]: '1' },
    body: JSON.stringify(body),
  };
  let answer: unknown;
  try {
    const response = await fetch(new URL(path, origin), body === undefined ? {} : post);
    answer = await response.json();
  } catch (cause) {
    throw new ProtocolError('unavailable', { cause });
  }
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  const refused = failure.safeParse(answer);
  throw refused.success ? fromFailure(refused.data) : new ProtocolError('unavailable');
}
