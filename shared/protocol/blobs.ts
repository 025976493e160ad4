import { z } from 'zod';
import { blobId, identifier } from '../ids.ts';
import { limits } from '../limits.ts';

/** Where sealed files go up and down: PUT, HEAD and GET of `${BLOBS_PATH}/<id>`, with a bearer token. */
export const BLOBS_PATH = '/api/blobs';

/** What a token is good for; one token, one blob, one use. */
export const blobUse = z.enum(['upload', 'download']);
export type BlobUse = z.infer<typeof blobUse>;

/** Opaque to clients. Travels in the Authorization header, never in an address. */
export const blobToken = identifier(284, 'BlobToken');
export type BlobToken = z.infer<typeof blobToken>;

export const createBlob = z.strictObject({
  /** Bytes of ciphertext, padding included. */
  size: z.number().int().positive().max(limits.blobBytes),
});
export const createdBlob = z.strictObject({ blob: blobId, token: blobToken });

export const openBlob = z.strictObject({ blob: blobId, use: blobUse });
export const openedBlob = z.strictObject({
  token: blobToken,
  size: z.number().int().positive(),
  /** Bytes the server holds: where an upload goes on. */
  received: z.number().int().nonnegative(),
});

/** Answer to PUT; with 409 it says where to go on instead. */
export const uploadState = z.strictObject({ received: z.number().int().nonnegative() });
export type UploadState = z.infer<typeof uploadState>;
