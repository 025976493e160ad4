import { concat, equalBytes, fromBase64Url, toBase64Url, utf8 } from '../bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId, meetingId } from '../ids.ts';

/** Content of a report is padded to one of these sizes, so that its length tells little. Bytes. */
export const reportBuckets = Array.from({ length: 8 }, (_, step) => 2 ** (14 + step));

/** What sealing adds: id of the key, X-Wing encapsulation, tag. Bytes. */
const SEAL_BYTES = 8 + 1120 + 16;

const sealedLengths: ReadonlySet<number> = new Set(reportBuckets.map((bucket) => bucket + SEAL_BYTES));
const DEVICE_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The largest body of a delivery, in bytes. */
export const maximumDelivery = Math.max(...sealedLengths) + DEVICE_BYTES + SIGNATURE_BYTES;

/** A sealed report on its way to the server, with the proof of who brings it. */
export interface ReportDelivery {
  readonly device: DeviceKey;
  /** By the device key over `reportDeliveryInput`. */
  readonly signature: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What the signature of a delivery covers. */
export function reportDeliveryInput(meeting: MeetingId, sealed: Uint8Array): Uint8Array {
  return concat(utf8('Sealroom 1.0 Report Delivery'), new Uint8Array([0]), fromBase64Url(meeting), sealed);
}

/** The body of `POST /api/meetings/:id/reports`: device key, signature, sealed report. */
export function encodeReportDelivery({ device, signature, sealed }: ReportDelivery): Uint8Array {
  return concat(fromBase64Url(device), signature, sealed);
}

/** Reads the body of a delivery; null for any other form or a length that no report has. */
export function decodeReportDelivery(body: Uint8Array): ReportDelivery | null {
  const start = DEVICE_BYTES + SIGNATURE_BYTES;
  if (!sealedLengths.has(body.length - start)) return null;
  return {
    device: deviceKey.parse(toBase64Url(body.subarray(0, DEVICE_BYTES))),
    signature: body.subarray(DEVICE_BYTES, start),
    sealed: body.subarray(start),
  };
}

const FILE_LABEL = utf8('Sealroom report 1\n');
const MEETING_BYTES = 16;

/** A sealed report as a file: a line of text, the meeting it is bound to, the sealed bytes. */
export function encodeReportFile(meeting: MeetingId, sealed: Uint8Array): Uint8Array {
  return concat(FILE_LABEL, fromBase64Url(meeting), sealed);
}

/** What a file holds: `other` where it is no report at all, `cut` where bytes are missing or too many. */
export function decodeReportFile(
  file: Uint8Array,
): { readonly meeting: MeetingId; readonly sealed: Uint8Array } | 'other' | 'cut' {
  if (!equalBytes(file.subarray(0, FILE_LABEL.length), FILE_LABEL)) return 'other';
  const start = FILE_LABEL.length + MEETING_BYTES;
  if (!sealedLengths.has(file.length - start)) return 'cut';
  const meeting = meetingId.parse(toBase64Url(file.subarray(FILE_LABEL.length, start)));
  return { meeting, sealed: file.subarray(start) };
}
