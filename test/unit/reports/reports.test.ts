import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureKeyPair, sign, signatureKeyPair } from '../../../client/e2ee/crypto/ed25519.ts';
import { hpkeKeyPair, hpkeSeal } from '../../../client/e2ee/crypto/hpke.ts';
import type { ReportBundle } from '../../../client/e2ee/reports/bundle.ts';
import { encodeReport } from '../../../client/e2ee/reports/encoding.ts';
import { ReportError } from '../../../client/e2ee/reports/error.ts';
import { reportFingerprint, reportKeyId } from '../../../client/e2ee/reports/key.ts';
import { reportLimits } from '../../../client/e2ee/reports/limits.ts';
import { openReport, sealReport } from '../../../client/e2ee/reports/seal.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { concat, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import {
  decodeReportDelivery,
  decodeReportFile,
  encodeReportDelivery,
  encodeReportFile,
  maximumDelivery,
  reportBuckets,
} from '../../../shared/protocol/report.ts';
import { MEETING, OTHER_MEETING, PIXEL, sampleReport } from './sample.ts';

let operator: ReturnType<typeof hpkeKeyPair>;
let pair: SignatureKeyPair;
let reporter: DeviceKey;

beforeAll(async () => {
  await ready();
  operator = hpkeKeyPair();
  pair = signatureKeyPair();
  reporter = deviceKey.parse(toBase64Url(pair.publicKey));
});

const seal = (change: Partial<ReportBundle> = {}, by = pair) =>
  sealReport(operator.publicKey, sampleReport(reporter, change), by);

function refusal(sealed: Uint8Array, meeting: MeetingId = MEETING, key = operator.privateKey): string {
  try {
    openReport(key, meeting, sealed);
  } catch (error) {
    if (error instanceof ReportError) return error.code;
    throw error;
  }
  return 'opened';
}

/** Seals any plaintext as a report, as a modified client could. */
function sealPlaintext(plaintext: Uint8Array): Uint8Array {
  const keyId = reportKeyId(operator.publicKey);
  const aad = concat(fromBase64Url(MEETING), keyId);
  return concat(keyId, hpkeSeal(operator.publicKey, utf8('Sealroom 1.0 Report'), aad, plaintext));
}

describe('a report', () => {
  it('opens as it was sealed, with and without a picture', () => {
    expect(openReport(operator.privateKey, MEETING, seal())).toEqual(sampleReport(reporter));
    const plain = { still: null, chat: [], about: [], room: [], text: '' };
    expect(openReport(operator.privateKey, MEETING, seal(plain))).toEqual(sampleReport(reporter, plain));
  });

  it('has the length of a bucket whatever is in it', () => {
    const [smallest = 0, second = 0] = reportBuckets;
    const overhead = seal().length - smallest;
    expect(seal({ still: null, text: '', chat: [] }).length).toBe(smallest + overhead);
    expect(seal({ text: 'x'.repeat(reportLimits.textCharacters) }).length).toBe(smallest + overhead);
    const picture = concat(PIXEL, new Uint8Array(20_000));
    const still = { ...sampleReport(reporter).still, bytes: picture } as ReportBundle['still'];
    expect(seal({ still }).length).toBe(second + overhead);
  });

  it('opens with no other key', () => {
    expect(refusal(seal(), MEETING, hpkeKeyPair().privateKey)).toBe('other-key');
  });

  it('opens for no other meeting', () => {
    expect(refusal(seal(), OTHER_MEETING)).toBe('not-openable');
    // A report about one meeting, sent and bound to another by a modified client.
    const plaintext = encodeReport(sampleReport(reporter, { meeting: OTHER_MEETING }), pair);
    expect(refusal(sealPlaintext(plaintext))).toBe('wrong-meeting');
  });

  it('does not open once a bit of it is changed or its end is cut off', () => {
    const sealed = seal();
    for (const at of [8, 500, 1127, 1128, 5_000, sealed.length - 1]) {
      const damaged = Uint8Array.from(sealed);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(refusal(damaged), String(at)).toBe('not-openable');
    }
    const named = Uint8Array.from(sealed);
    named[0] = (named[0] ?? 0) ^ 1;
    expect(refusal(named)).toBe('other-key');
    for (const length of [0, 7]) expect(refusal(sealed.slice(0, length))).toBe('other-key');
    for (const length of [8, 1100, 1144, sealed.length - 1]) {
      expect(refusal(sealed.slice(0, length))).toBe('not-openable');
    }
  });

  it('is refused where its reporter did not sign it', () => {
    const other = signatureKeyPair();
    expect(refusal(seal({}, other))).toBe('bad-signature');
    // A signature of the same key over something else.
    const plaintext = encodeReport(sampleReport(reporter), pair);
    const at = plaintext.findLastIndex((byte) => byte !== 0) - 63;
    plaintext.set(sign(pair.privateKey, plaintext.subarray(0, at)), at);
    expect(refusal(sealPlaintext(plaintext))).toBe('bad-signature');
  });

  it('is refused where its inside is of another form', () => {
    const good = encodeReport(sampleReport(reporter), pair);
    expect(refusal(sealPlaintext(good))).toBe('opened');
    const hidden = Uint8Array.from(good);
    hidden[hidden.length - 1] = 1;
    const cases = [new Uint8Array(), new Uint8Array(16_384), utf8('{}'), good.slice(0, 300), hidden];
    const long = Uint8Array.from(good);
    long.set([0xff, 0xff, 0xff, 0xff]);
    for (const plaintext of [...cases, long]) expect(refusal(sealPlaintext(plaintext))).toBe('malformed');
  });

  it('is not made out of what does not belong in one', () => {
    const still = sampleReport(reporter).still;
    if (!still) throw new Error('the sample has a picture');
    const wrong: Partial<ReportBundle>[] = [
      { still: { ...still, bytes: utf8('<svg onload="x()"/>') } },
      { still: { ...still, type: 'image/jpeg' } },
      { still: { ...still, bytes: concat(PIXEL, new Uint8Array(reportLimits.stillBytes)) } },
      { text: 'x'.repeat(reportLimits.textCharacters + 1) },
      {
        chat: Array.from({ length: reportLimits.chat + 1 }, () => ({
          ...still.of,
          at: 1,
          text: '',
          file: null,
          aside: false,
        })),
      },
    ];
    for (const change of wrong) expect(() => seal(change)).toThrow('malformed');
    const said = { ...still.of, at: 1, text: '\u0001'.repeat(4_000), file: null, aside: false };
    const chat = Array.from({ length: 100 }, () => said);
    expect(() => seal({ chat })).toThrow('too-large');
  });
});

describe('the fingerprint of a report key', () => {
  it('is thirty digits that another key does not have', () => {
    const fingerprint = reportFingerprint(operator.publicKey);
    expect(fingerprint).toMatch(/^\d{30}$/);
    const changed = Uint8Array.from(operator.publicKey);
    changed[1215] = (changed[1215] ?? 0) ^ 1;
    expect(reportFingerprint(changed)).not.toBe(fingerprint);
  });

  it('is the same in every release', () => {
    const { publicKey } = hpkeKeyPair(new Uint8Array(32).fill(7));
    expect(reportFingerprint(publicKey)).toBe('396729979300320516487159592435');
  });
});

describe('on the way', () => {
  it('keeps device, signature and sealed bytes apart', () => {
    const sealed = seal();
    const delivery = { device: reporter, signature: sign(pair.privateKey, sealed), sealed };
    expect(decodeReportDelivery(encodeReportDelivery(delivery))).toEqual(delivery);
    expect(decodeReportDelivery(encodeReportDelivery(delivery).slice(1))).toBeNull();
    expect(decodeReportDelivery(new Uint8Array())).toBeNull();
    expect(decodeReportDelivery(new Uint8Array(maximumDelivery))?.sealed.length).toBe(maximumDelivery - 96);
  });

  it('is a file that says what it is', () => {
    const file = encodeReportFile(MEETING, seal());
    expect(new TextDecoder().decode(file.slice(0, 17))).toBe('Sealroom report 1');
    const read = decodeReportFile(file);
    if (typeof read === 'string') throw new Error(read);
    expect(read.meeting).toBe(MEETING);
    expect(refusal(read.sealed)).toBe('opened');
    expect(decodeReportFile(file.slice(0, -1))).toBe('cut');
    expect(decodeReportFile(file.slice(0, 20))).toBe('cut');
    expect(decodeReportFile(utf8('%PDF-1.7'))).toBe('other');
    expect(decodeReportFile(new Uint8Array())).toBe('other');
  });
});
