import { concat, equalBytes, fromBase64Url, fromUtf8, utf8 } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { reportBuckets } from '../../../shared/protocol/report.ts';
import { ed25519, type SignatureKeyPair, sign, verify } from '../crypto/ed25519.ts';
import { type ReportBundle, type ReportContent, reportContent } from './bundle.ts';
import { ReportError } from './error.ts';
import { stillTypeOf } from './still.ts';

const LABEL = utf8('Sealroom 1.0 Report');
const LENGTH_BYTES = 4;

/** What the reporter's device signs, so that nobody else can write a report in its name. */
function signatureInput(meeting: MeetingId, body: Uint8Array): Uint8Array {
  return concat(LABEL, new Uint8Array([0]), fromBase64Url(meeting), body);
}

/**
 * The plaintext of a report: length of the JSON (4 bytes, big-endian), the JSON, the picture's bytes, the
 * reporter's signature over all of that, zeros up to the next bucket. Throws ReportError('malformed',
 * 'too-large').
 */
export function encodeReport(bundle: ReportBundle, pair: SignatureKeyPair): Uint8Array {
  const { still, ...rest } = bundle;
  const { bytes: picture = new Uint8Array(), ...described } = still ?? {};
  const content = reportContent.safeParse({
    ...rest,
    still: still && { ...described, length: picture.length },
  });
  if (!content.success || (still && stillTypeOf(picture) !== still.type)) throw new ReportError('malformed');
  const json = utf8(JSON.stringify(content.data));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, json.length);
  const body = concat(length, json, picture);
  const signed = concat(body, sign(pair.privateKey, signatureInput(bundle.meeting, body)));
  const bucket = reportBuckets.find((size) => size >= signed.length);
  if (bucket === undefined) throw new ReportError('too-large');
  const padded = new Uint8Array(bucket);
  padded.set(signed);
  return padded;
}

/** Reads a plaintext and verifies it. Throws ReportError('malformed', 'wrong-meeting', 'bad-signature'). */
export function decodeReport(plaintext: Uint8Array, meeting: MeetingId): ReportBundle {
  const content = readContent(plaintext);
  const start = LENGTH_BYTES + jsonLength(plaintext);
  const end = start + (content.still?.length ?? 0);
  const signature = plaintext.subarray(end, end + ed25519.signatureLength);
  const padding = plaintext.subarray(end + ed25519.signatureLength);
  if (!equalBytes(padding, new Uint8Array(padding.length))) throw new ReportError('malformed');
  if (content.meeting !== meeting) throw new ReportError('wrong-meeting');
  const input = signatureInput(meeting, plaintext.subarray(0, end));
  if (!verify(fromBase64Url(content.reporter.device), input, signature)) {
    throw new ReportError('bad-signature');
  }
  const { still, ...rest } = content;
  if (still === null) return { ...rest, still: null };
  const { length: _length, ...described } = still;
  const bytes = plaintext.slice(start, end);
  if (stillTypeOf(bytes) !== still.type) throw new ReportError('malformed');
  return { ...rest, still: { ...described, bytes } };
}

function jsonLength(plaintext: Uint8Array): number {
  const { buffer, byteOffset, byteLength } = plaintext;
  return byteLength < LENGTH_BYTES ? 0 : new DataView(buffer, byteOffset).getUint32(0);
}

function readContent(plaintext: Uint8Array): ReportContent {
  try {
    const json = plaintext.subarray(LENGTH_BYTES, LENGTH_BYTES + jsonLength(plaintext));
    return reportContent.parse(JSON.parse(fromUtf8(json)));
  } catch (cause) {
    throw new ReportError('malformed', { cause });
  }
}
