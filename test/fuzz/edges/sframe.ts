import fc from 'fast-check';
import { SFrameError } from '../../../client/e2ee/sframe/error.ts';
import { decodeHeader, headerLength, readHeader } from '../../../client/e2ee/sframe/header.ts';
import { encodeMlsKid } from '../../../client/e2ee/sframe/kid.ts';
import { equalBytes } from '../../../shared/bytes.ts';
import { device, epochMessage, ManualClock, Party, present } from '../../unit/sframe/fixture.ts';
import { mutatedBytes } from '../arbitrary.ts';
import { digestOf, runEdge } from '../edge.ts';

const codecs = ['video/VP8', 'video/VP9', 'video/AV1', 'audio/opus'] as const;
const members = { 0: device(1), 1: device(2), 2: device(3) };
const plain = Uint8Array.from({ length: 120 }, (_, i) => (i * 7) & 0xfe);

/** What a header reader says of bytes; the two of them have to agree on what both can hold. */
function readBoth(bytes: Uint8Array): void {
  const header = readHeader(bytes, 0);
  if (header !== null && header.length !== headerLength(header.kid, header.ctr)) {
    throw new Error('a header in more than its one form was read');
  }
  try {
    const wide = decodeHeader(bytes);
    if (header !== null && (BigInt(header.kid) !== wide.kid || BigInt(header.ctr) !== wide.ctr)) {
      throw new Error('two readers disagree');
    }
  } catch (error) {
    if (!(error instanceof SFrameError) || header !== null) throw error;
  }
}

await runEdge(async () => {
  const clock = new ManualClock();
  const sender = await Party.create(clock);
  const receiver = await Party.create(clock);
  sender.core.group(epochMessage(3, 1, members));
  receiver.core.group(epochMessage(3, 0, members));
  const sealed = codecs.map((codec) => {
    const { send } = sender.sender(codec === 'audio/opus' ? 'microphone' : 'camera');
    return { codec, valid: present(send(plain, codec)) };
  });
  const tracks = sealed.map(({ codec }) =>
    receiver.receiver(codec === 'audio/opus' ? 'microphone' : 'camera', members[1]),
  );
  const kids = [0, 1, 2].map((leaf) => encodeMlsKid(1, leaf, 3));
  const headers = fc
    .tuple(fc.constantFrom(...kids), fc.nat(), fc.uint8Array({ maxLength: 200 }))
    .map(([kid, ctr, rest]) =>
      Uint8Array.from([0x80 | (3 << 4) | (ctr & 7), kid >>> 24, kid >>> 16, kid >>> 8, kid, ...rest]),
    );
  const cases = fc.nat(codecs.length - 1).chain((which) =>
    fc
      .oneof(
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
        { weight: 1, arbitrary: headers },
        { weight: 3, arbitrary: mutatedBytes(present(sealed[which]).valid) },
      )
      .filter((bytes) => !equalBytes(bytes, present(sealed[which]).valid))
      .map((bytes) => ({ which, bytes })),
  );
  return {
    batch: 200,
    cases,
    take({ which, bytes }) {
      readBoth(bytes);
      const { push, received } = present(tracks[which]);
      push(bytes, present(sealed[which]).codec);
      // What waits for a key that never comes is let go.
      clock.advance(40);
      for (const frame of received.splice(0)) {
        // Bytes outside the ciphertext may change; what plays is what was sent.
        if (!equalBytes(frame, plain)) throw new Error('a changed frame was opened');
        return 'read';
      }
      return 'refused';
    },
    state: () => digestOf(receiver.group),
    close: () => undefined,
  };
});
