import type { ReportBundle } from '../../../client/e2ee/reports/bundle.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, meetingId, recordHash } from '../../../shared/ids.ts';

/** A picture of one pixel. */
export const PIXEL = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

const fill = (byte: number, length: number) => toBase64Url(new Uint8Array(length).fill(byte));
export const MEETING = meetingId.parse(fill(1, 16));
export const OTHER_MEETING = meetingId.parse(fill(2, 16));
export const someDevice = (number: number): DeviceKey => deviceKey.parse(fill(number, 32));

/** A report with something of everything. */
export function sampleReport(reporter: DeviceKey, change: Partial<ReportBundle> = {}): ReportBundle {
  const offender = { device: someDevice(9), name: 'Mallory <b>' };
  return {
    v: 1,
    meeting: MEETING,
    at: 1_800_000_000_000,
    reason: 'harassment',
    text: 'He would not stop. 他一直不停。',
    reporter: { device: reporter, name: '林美華' },
    about: [offender],
    room: [
      { ...offender, here: true },
      { device: reporter, name: '林美華', here: true },
      { device: someDevice(8), name: 'Ada', here: false },
    ],
    chat: [
      {
        ...offender,
        at: 1_799_999_999_000,
        text: 'something <script>alert(1)</script> rude',
        file: 'a<b>.pdf',
        aside: true,
      },
    ],
    still: { of: offender, source: 'camera', at: 1_799_999_999_500, type: 'image/png', bytes: PIXEL },
    head: recordHash.parse(fill(3, 32)),
    epoch: 12,
    ...change,
  };
}
