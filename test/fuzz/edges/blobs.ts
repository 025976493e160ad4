import fc from 'fast-check';
import { AttachmentError } from '../../../client/e2ee/attachments/error.ts';
import { FileOpener } from '../../../client/e2ee/attachments/open.ts';
import { blobSource, FileSealer } from '../../../client/e2ee/attachments/seal.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { concat, equalBytes, toBase64Url } from '../../../shared/bytes.ts';
import { blobId, meetingId } from '../../../shared/ids.ts';
import { mutatedBytes } from '../arbitrary.ts';
import { runEdge } from '../edge.ts';

const id = () => toBase64Url(randomBytes(16));

await runEdge(async () => {
  await ready();
  const plain = Uint8Array.from(randomBytes(5_000));
  const binding = { meeting: meetingId.parse(id()), blob: blobId.parse(id()) };
  const key = randomBytes(32);
  const sealer = new FileSealer(blobSource(new Blob([plain])), key, binding);
  const pieces: Uint8Array[] = [];
  for await (const piece of sealer.pieces()) pieces.push(piece.slice());
  const sealed = concat(...pieces);
  const file = { ...binding, key, size: plain.length, digest: sealer.digest };
  const other = {
    blob: blobId.parse(id()),
    meeting: meetingId.parse(id()),
    key: randomBytes(32),
    digest: randomBytes(32),
  };

  const claim = fc.oneof(
    { weight: 4, arbitrary: fc.constant(file) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...Object.entries(other))
        .map(([name, value]) => ({ ...file, [name]: value })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(-1, 0, 1, 4_999, 16_385, 2 ** 31, 0.5, Number.NaN)
        .map((size) => ({ ...file, size })),
    },
  );
  const bytes = fc.oneof(
    { weight: 4, arbitrary: mutatedBytes(sealed) },
    { weight: 1, arbitrary: fc.constant(sealed) },
    { weight: 1, arbitrary: fc.nat(sealed.length).map((length) => sealed.subarray(0, length)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((more) => concat(sealed, more)) },
  );
  return {
    batch: 200,
    cases: fc.record({
      claim,
      bytes,
      steps: fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 }),
    }),
    take({ claim: claimed, bytes: given, steps }) {
      const out: Uint8Array[] = [];
      try {
        const opener = new FileOpener(claimed);
        for (let at = 0, turn = 0; at < given.length; turn++) {
          const step = steps[turn % steps.length] ?? 1;
          out.push(...opener.push(given.subarray(at, at + step)));
          at += step;
        }
        opener.finish();
      } catch (error) {
        if (!(error instanceof AttachmentError)) throw error;
        return 'refused';
      }
      // The size is the message's word, and the message is authentic; all else has to be as it was sealed.
      if (!equalBytes(concat(...out), plain.subarray(0, claimed.size)) || !equalBytes(given, sealed)) {
        throw new Error('a changed file was opened');
      }
      return 'read';
    },
    state: () => '',
    close: () => undefined,
  };
});
