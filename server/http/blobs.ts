import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import { blobId } from '../../shared/ids.ts';
import { type BlobUse, blobToken, type UploadState } from '../../shared/protocol/blobs.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { BlobGrant } from '../blobs/tokens.ts';
import { asAttachment } from './attachment.ts';

/** How long a transfer may stand still, in milliseconds. */
const IDLE_MS = 60_000;

/** The number in a decimal text, or null. */
function wholeNumber(text: string | null | undefined): number | null {
  return text && /^\d{1,16}$/.test(text) ? Number(text) : null;
}

/** Throws `not-found` for what is no id, `not-admitted` without a token that fits. */
function authorize(blobs: Blobs, request: Request, use: BlobUse): Promise<BlobGrant> {
  const id = blobId.safeParse(request.params.id);
  if (!id.success) throw new ProtocolError('not-found');
  const [, bearer] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const token = blobToken.safeParse(bearer);
  if (!token.success) throw new ProtocolError('not-admitted');
  return blobs.authorize(token.data, id.data, use);
}

/** First byte asked for by `Range: bytes=N-`, 0 without one. Throws `bad-request` for any other form. */
function rangeStart(request: Request, size: number): number {
  const { range } = request.headers;
  if (range === undefined) return 0;
  const start = wholeNumber(/^bytes=(\d+)-$/.exec(range)?.[1]);
  if (start === null || start >= size) throw new ProtocolError('bad-request');
  return start;
}

/** Sealed files up and down, in parts that can be resumed. What passes is opaque. */
export function blobRoutes(blobs: Blobs): Router {
  const router = Router();

  router.put('/:id', async (request, response) => {
    const grant = await authorize(blobs, request, 'upload');
    const offset = wholeNumber(new URL(request.url, 'http://here').searchParams.get('offset'));
    if (offset === null) throw new ProtocolError('bad-request');
    // Without a length nobody could tell a broken upload from a whole one.
    const announced = wholeNumber(request.headers['content-length']);
    if (announced === null) throw new ProtocolError('bad-request');
    const { stored } = await blobs.look(grant);
    if (announced > stored.size - offset) throw new ProtocolError('too-large');
    request.setTimeout(IDLE_MS, () => request.destroy());
    const received = await blobs.append(grant, offset, request).catch((error: unknown) => {
      // The connection broke: what came stays, and nobody is there to be answered.
      if (request.readableAborted) return null;
      throw error;
    });
    if (received === null) return;
    const state: UploadState = { received };
    response.status(received === offset + announced ? 200 : 409).json(state);
  });

  router.get('/:id', async (request, response) => {
    const grant = await authorize(blobs, request, 'download');
    const { stored } = await blobs.look(grant);
    const { size } = stored;
    const start = rangeStart(request, size);
    if (start > 0) response.status(206).setHeader('Content-Range', `bytes ${start}-${size - 1}/${size}`);
    asAttachment(response, 'file.sealed');
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Length', size - start);
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.setTimeout(IDLE_MS, () => response.destroy());
    // A broken connection is no failure of ours, and a device that was put out sees its download end.
    await pipeline(blobs.read(grant, start, size), response).catch(() => response.destroy());
  });

  return router;
}
