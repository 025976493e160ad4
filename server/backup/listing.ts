import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** The file of a backup that says what else is in it. Written last: without it there is no backup. */
export const LISTING = 'backup.json';

/** The database's name inside a backup: SQLite's file, or what pg_dump wrote. */
export const SNAPSHOT = 'sealroom.sqlite';
export const DUMP = 'sealroom.pgdump';

const path = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/);

export const listing = z.strictObject({
  format: z.literal('sealroom backup 1'),
  version: z.string(),
  /** Milliseconds since 1970. */
  at: z.number().int(),
  /** SHA-256 in hexadecimal, by path within the backup. */
  files: z.record(path, z.string().regex(/^[0-9a-f]{64}$/)),
});
export type Listing = z.infer<typeof listing>;

/** SHA-256 of a file in hexadecimal. Throws what the file system throws. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
