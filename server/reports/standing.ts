import { fromUtf8 } from '../../shared/bytes.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { decodeRecord, type SignedRecord } from '../../shared/records/record.ts';

/**
 * Whether a device may report a meeting: a record ever let it in or gave it a role, or the meeting had no lobby
 * at some time, when coming in left no record. Later records change nothing: whoever was put out, barred, or
 * left has the most to report. Takes verified records.
 */
export function mayReport(records: readonly SignedRecord[], device: DeviceKey): boolean {
  return records.some((record) => names(record, device));
}

function names(record: SignedRecord, device: DeviceKey): boolean {
  // Most of a long chain is about others; reading each in full would be work for whoever asks often.
  const text = fromUtf8(record.bytes);
  if (!text.includes(device) && !text.includes('"policy"')) return false;
  const body = decodeRecord(record)?.body;
  switch (body?.type) {
    case 'genesis':
    case 'policy':
      return !body.policy.lobby;
    case 'admit':
      return body.devices.includes(device);
    case 'grant':
      return body.device === device;
    default:
      return false;
  }
}
