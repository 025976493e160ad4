import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const netLog = z.object({
  constants: z.object({
    logEventTypes: z.record(z.string(), z.number()),
    logSourceType: z.record(z.string(), z.number()),
  }),
  events: z.array(
    z.object({
      type: z.number(),
      source: z.object({ id: z.number(), type: z.number() }),
      params: z
        .looseObject({
          url: z.string().optional(),
          initiator: z.string().optional(),
          line: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

/** A request as the browser's network stack made it. */
export interface NetRequest {
  readonly url: string;
  /** Origin of the document or worker that asked; null for the browser itself: an address typed, an update looked for. */
  readonly initiator: string | null;
}

export interface NetLog {
  readonly requests: readonly NetRequest[];
  /** First lines of the requests as they went out over HTTP/1.1, which is what a server without TLS is asked in. */
  readonly sent: readonly string[];
}

/**
 * Reads what Chromium wrote with `--log-net-log`: every request of every process, whatever made it, which nothing in a
 * page can hide from. Media has its own sockets and is not in it.
 */
export async function readNetLog(file: string): Promise<NetLog> {
  const { constants, events } = netLog.parse(JSON.parse(await readFile(file, 'utf8')));
  const start = constants.logEventTypes.URL_REQUEST_START_JOB;
  if (start === undefined) throw new Error('this Chromium logs requests in another way');
  const requests = events
    .filter(({ type }) => type === start)
    .flatMap(({ params }) => {
      if (params?.url === undefined) return [];
      const { url, initiator } = params;
      const known = initiator !== undefined && URL.canParse(initiator) ? new URL(initiator).origin : null;
      return [{ url, initiator: known }];
    });
  return { requests, sent: events.flatMap(({ params }) => params?.line?.trimEnd() ?? []) };
}
