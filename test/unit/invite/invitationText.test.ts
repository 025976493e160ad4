import encodeQR from 'qr';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { MIN_PASSPHRASE, suggestPassphrase } from '../../../client/e2ee/link/passphraseRules.ts';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { zhTW } from '../../../client/i18n/zh-TW.ts';
import { invitationText } from '../../../client/ui/invite/invitationText.ts';
import { passphraseProblem } from '../../../client/ui/invite/passphraseDraft.ts';

const link = `https://meet.example.org/m/${'k'.repeat(22)}#${'A'.repeat(50)}`;
const spoken = [
  { messages: zhTW, format: createFormat('zh-TW') },
  { messages: en, format: createFormat('en') },
];

describe('the text of an invitation', () => {
  it('says what, when, where and how in both languages, with the link whole on a line of its own', () => {
    const schedule = {
      start: Date.UTC(2026, 8, 7, 1, 10),
      minutes: 45,
      zone: 'Asia/Taipei',
      repeats: { rhythm: 'week', times: 10 },
    } as const;
    const text = invitationText({ title: '三年乙班', link, schedule, passphrase: true }, spoken);
    expect(text.split('\n').filter((line) => line === link)).toHaveLength(2);
    expect(text).toContain('邀請你參加：三年乙班');
    expect(text).toContain('You are invited: 三年乙班');
    expect(text).toMatch(/When: Mon, 7 Sept 2026, 09:10 \(GMT\+8\) to 09:55, every week, 10\u00a0times/);
    expect(text).toContain('時間：2026年9月7日（一）09:10（GMT+8） 到 09:55');
    expect(text).toContain('It asks for a passphrase, which reaches you another way.');
    expect(text).toContain('開啟時需要通關密語');
  });

  it('does not speak of what the invitation has not', () => {
    const text = invitationText({ title: '', link, schedule: null, passphrase: false }, spoken);
    expect(text).not.toMatch(/passphrase|密語|When|時間：|until/);
  });
});

describe('a QR code', () => {
  it('reads as the link that it was made of', () => {
    const scale = 4;
    const rows = encodeQR(link, 'raw', { ecc: 'medium', border: 4 });
    const size = rows.length * scale;
    const data = new Uint8Array(size * size * 4);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const dark = rows[Math.floor(y / scale)]?.[Math.floor(x / scale)];
        data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * size + x) * 4);
      }
    }
    expect(decodeQR({ width: size, height: size, data })).toBe(link);
  });
});

describe('a passphrase', () => {
  const draft = { wanted: true, text: 'correct horse', again: 'correct horse', suggested: false };

  it('must be long enough, and the same twice', () => {
    expect(passphraseProblem(draft)).toBe(null);
    expect(passphraseProblem({ ...draft, text: 'short', again: 'short' })).toBe('short');
    expect(passphraseProblem({ ...draft, text: '    a    ', again: '    a    ' })).toBe('short');
    expect(passphraseProblem({ ...draft, again: 'correct hearse' })).toBe('differ');
    // Width and spaces around are not what people mean.
    expect(passphraseProblem({ ...draft, again: ' ｃorrect horse' })).toBe(null);
    expect(passphraseProblem({ ...draft, wanted: false, text: '' })).toBe(null);
  });

  it('is suggested long, and never the same', () => {
    const some = Array.from({ length: 50 }, suggestPassphrase);
    for (const text of some) expect(text).toMatch(/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/);
    expect(new Set(some).size).toBe(50);
    expect(some[0]?.length).toBeGreaterThan(MIN_PASSPHRASE);
  });
});
