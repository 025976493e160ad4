import { beforeAll, describe, expect, it } from 'vitest';
import { sealedSize } from '../../../client/e2ee/attachments/format.ts';
import { blobSource, FileSealer } from '../../../client/e2ee/attachments/seal.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import type { BlobPort } from '../../../client/meeting/core/blobPort.ts';
import { Transfer } from '../../../client/meeting/core/transfer.ts';
import { memoryPiece, Upload } from '../../../client/meeting/core/upload.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { blobId, meetingId } from '../../../shared/ids.ts';
import { blobToken } from '../../../shared/protocol/blobs.ts';
import { ManualClock } from '../sframe/fixture.ts';

const MIB = 1024 ** 2;
const meeting = meetingId.parse(toBase64Url(new Uint8Array(16).fill(1)));

beforeAll(async () => {
  await ready();
});

/** A server that takes so long for each piece, and breaks off where `breaks` says. */
async function upload(size: number, msFor: (bytes: number) => number, breaks = (_piece: number) => false) {
  const clock = new ManualClock();
  const blob = blobId.parse(toBase64Url(randomBytes(16)));
  const token = blobToken.parse(toBase64Url(randomBytes(284)));
  const file = new Blob([Uint8Array.from(randomBytes(size))]);
  const sealer = new FileSealer(blobSource(file), randomBytes(32), { meeting, blob });
  const kept: Blob[] = [];
  let received = 0;
  let tries = 0;
  let line = Promise.resolve(0);
  const blobs: Pick<BlobPort, 'put'> = {
    put: (_blob, _token, offset, bytes) => {
      line = line.then(
        () => {
          if (breaks(tries++)) throw new ProtocolError('unavailable');
          if (offset !== received) throw new ProtocolError('unavailable');
          clock.advance(msFor(bytes.size));
          kept.push(bytes);
          received += bytes.size;
          return received;
        },
        () => {
          throw new ProtocolError('unavailable');
        },
      );
      return line;
    },
  };
  const transfer = new Transfer('one', 'up', clock, () => undefined);
  const waking = setInterval(() => transfer.nudge(), 1);
  const parts = {
    blob,
    token,
    total: sealedSize(size),
    signaling: {
      // The only request that an upload makes.
      request: (async () => {
        line = Promise.resolve(0);
        return { token, received, size: sealedSize(size) };
      }) as never,
    },
    blobs: blobs as BlobPort,
    keep: memoryPiece,
    transfer,
    now: () => clock.now(),
  };
  await new Upload(parts, sealer.pieces()).run();
  clearInterval(waking);
  const sent = kept.map((piece) => Math.round(piece.size / MIB));
  return { sent, received, digest: sealer.digest, total: sealedSize(size) };
}

describe('an upload', () => {
  it('goes up in longer and longer pieces where the line is quick, and in short ones where it is slow', async () => {
    const quick = await upload(100 * MIB, () => 10);
    expect(quick.sent[0]).toBe(4);
    expect(quick.sent.slice(0, -1)).toEqual(quick.sent.slice(0, -1).toSorted((one, other) => one - other));
    expect(Math.max(...quick.sent)).toBe(32);
    expect(quick.received).toBe(quick.total);
    expect(quick.digest).toHaveLength(32);

    const slow = await upload(24 * MIB, (bytes) => bytes / 100);
    expect(slow.sent[0]).toBe(4);
    expect(slow.sent.slice(-4)).toEqual([1, 1, 1, 1]);
    expect(slow.received).toBe(slow.total);
  });

  it('loses nothing where the line breaks in between', async () => {
    const { received, total } = await upload(
      40 * MIB,
      () => 10,
      (piece) => piece % 3 === 1,
    );
    expect(received).toBe(total);
  });
});
