import { z } from 'zod';
import { failure } from '../errors.ts';
import { meetingId } from '../ids.ts';
import { limits } from '../limits.ts';

/** Path of the socket on the server. */
export const SOCKET_PATH = '/socket';

/**
 * Binary parts that a client has to take in one packet: `session:identify` is answered with the bytes
 * and signature of every record. socket.io-parser's own bound is 10, beyond which it disconnects, so
 * clients configure its decoder with this; servers keep 10 for what comes in.
 */
export const MAX_ATTACHMENTS = 2 * limits.recordsPerMeeting + 1_000;

/** `auth` of the socket.io handshake. */
export const handshake = z.strictObject({
  protocol: z.number().int(),
  meeting: meetingId,
  /** Version of the page, `CLIENT_VERSION`. */
  version: z.string().max(32).optional(),
});
export type Handshake = z.infer<typeof handshake>;

/** What the acknowledgement of a request carries. */
export function result<Value extends z.ZodType>(value: Value) {
  return z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), value }),
    z.strictObject({ ok: z.literal(false), failure }),
  ]);
}

export type Result<Value> = { ok: true; value: Value } | { ok: false; failure: z.infer<typeof failure> };
