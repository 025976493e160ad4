// The small form of the schema library: a guard that people review should be short.
import * as mini from 'zod/mini';

/** Where a release says what it consists of, and who signed that; the guard's own script is beside them. */
export const MANIFEST_PATH = '/release.json';
export const SIGNATURE_PATH = '/release.sig.json';
export const GUARD_PATH = '/guard.js';

/** Read before a signature is known, so it must have a bound. */
export const MANIFEST_MAX_BYTES = 256 * 1024;

const filePath = mini.string().check(mini.regex(/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/), mini.maxLength(200));

/** A digest as in subresource integrity: `sha256-` and 32 bytes in base64. */
const integrity = mini.string().check(mini.regex(/^sha256-[A-Za-z0-9+/]{43}=$/));

const manifest = mini.strictObject({
  format: mini.literal('sealroom release 1'),
  version: mini.string().check(mini.regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(-[a-z0-9.]{1,32})?$/)),
  /** Every file that is served, by its path, but the manifest and its signature. */
  files: mini.record(filePath, integrity),
});

/** What a build of the page consists of. Two builds of the same source have the same one, byte for byte. */
export type Manifest = mini.infer<typeof manifest>;

/** The text of a manifest: what is hashed, signed and served. */
export function writeManifest(version: string, files: ReadonlyMap<string, string>): string {
  const sorted = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: 'sealroom release 1', version, files: sorted }, null, 1)}\n`;
}

/** A manifest's text, or null where it is none: too long, not of this form, or without the page itself. */
export function readManifest(text: string): Manifest | null {
  if (text.length > MANIFEST_MAX_BYTES) return null;
  try {
    const read = manifest.parse(JSON.parse(text));
    return Object.hasOwn(read.files, '/index.html') && Object.hasOwn(read.files, GUARD_PATH) ? read : null;
  } catch {
    return null;
  }
}
