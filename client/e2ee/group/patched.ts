import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The library file that `patches/` changes, and the SHA-256 of the changed file. */
const PATCHED_FILE = 'ts-mls/clientState.js';
const PATCHED_HASH = 'bc6db0c08bf7425af8782b5ec3ceeff79490bcdbdbfcc9f20196ddcec746948f';

/** The MLS library in node_modules lacks this project's patch. */
export class UnpatchedLibraryError extends Error {
  readonly code = 'unpatched-library';

  constructor(cause?: unknown) {
    super('ts-mls is not patched as client/e2ee/group/patches says. Run: npm ci', { cause });
    this.name = 'UnpatchedLibraryError';
  }
}

/**
 * For build scripts (Node only): makes sure that the library about to be bundled is the patched one;
 * without the patch, joiners refuse valid groups. Throws UnpatchedLibraryError.
 */
export async function verifyPatchedMls(
  file = fileURLToPath(import.meta.resolve(PATCHED_FILE)),
): Promise<void> {
  let hash: string;
  try {
    hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (cause) {
    throw new UnpatchedLibraryError(cause);
  }
  if (hash !== PATCHED_HASH) throw new UnpatchedLibraryError();
}
