import { createHmac, randomBytes } from 'node:crypto';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { Config } from './config/config.ts';

export type Log = Logger;

const perProcess = randomBytes(32);

/**
 * A short name for an id (meeting, device) in this process's log: it ties lines together and cannot
 * be led back to the id, nor across a restart.
 */
export function logTag(id: string): string {
  return createHmac('sha256', perProcess).update(id).digest('hex').slice(0, 8);
}

/** The server's log: JSON lines to stdout or the given stream. Callers log facts, never ids, names or content. */
export function createLog(level: Config['logLevel'], stream?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      // A second line of defence; nothing of this kind should reach the log in the first place.
      redact: {
        paths: [
          'auth',
          'authorization',
          'cookie',
          'password',
          'secret',
          'credential',
          'headers',
          'body',
          'url',
        ].flatMap((name) => [name, `*.${name}`]),
        censor: '[redacted]',
      },
    },
    stream ?? destination({ dest: 1, sync: true }),
  );
}
