import { expect, it } from 'vitest';
import { openLobbyWord, sealLobbyWord } from '../../../client/e2ee/admission/lobbyWord.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { limits } from '../../../shared/limits.ts';
import { newMeetingId, newSigner } from '../records/signing.ts';

await ready();

const meeting = newMeetingId();
const { device } = newSigner();
const replyKey = randomBytes(32);
const word = { from: 'Lin', text: '我們再幾分鐘就開始。', at: 1 };
const sealed = sealLobbyWord(replyKey, meeting, device, word);

it('a word to who waits comes back as it was, and shows nothing of itself', () => {
  expect(openLobbyWord(replyKey, meeting, device, sealed)).toEqual(word);
  expect(Buffer.from(sealed).includes(word.text)).toBe(false);
  const again = sealLobbyWord(replyKey, meeting, device, word);
  expect(Buffer.from(again).equals(sealed)).toBe(false);
});

it('a word is for one device in one meeting, and for nobody who did not open its knock', () => {
  expect(openLobbyWord(randomBytes(32), meeting, device, sealed)).toBeNull();
  expect(openLobbyWord(replyKey, newMeetingId(), device, sealed)).toBeNull();
  expect(openLobbyWord(replyKey, meeting, newSigner().device, sealed)).toBeNull();
});

it('a word that was changed, cut, or is none says nothing', () => {
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ 1 : byte));
    expect(openLobbyWord(replyKey, meeting, device, changed), `byte ${at}`).toBeNull();
  }
  for (const length of [0, 5, sealed.length - 1])
    expect(openLobbyWord(replyKey, meeting, device, sealed.subarray(0, length))).toBeNull();
  const long = { ...word, text: 'x'.repeat(limits.lobbyWordCharacters + 1) };
  expect(openLobbyWord(replyKey, meeting, device, sealLobbyWord(replyKey, meeting, device, long))).toBeNull();
});
