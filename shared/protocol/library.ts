import { z } from 'zod';

/** Steps that the ciphertext grows by: its length says no more of the list. */
export const LIBRARY_STEP = 16 * 1024;
/** Largest ciphertext of an account's list, bytes. */
export const LIBRARY_BYTES = 16 * LIBRARY_STEP;

const sealed = z.base64url().max(Math.ceil((LIBRARY_BYTES * 4) / 3));
const version = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 31 - 2);

/** GET /api/account/library, and the answer to PUT: 200 where it was replaced, 409 with the present one otherwise. */
export const keptLibrary = z.strictObject({
  /** 0 while there is none; one more with each replacement. */
  version,
  sealed: sealed.nullable(),
});
export type KeptLibrary = z.infer<typeof keptLibrary>;

/** PUT /api/account/library: becomes version `replaces + 1`. */
export const putLibrary = z.strictObject({ replaces: version, sealed: sealed.min(1) });
