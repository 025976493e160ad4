import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integrityOf } from '../../../shared/release/integrity.ts';
import { readManifest, writeManifest } from '../../../shared/release/manifest.ts';
import { readSignature, releaseFingerprint, writeSignature } from '../../../shared/release/signature.ts';

const files = new Map([
  ['/index.html', `sha256-${'A'.repeat(43)}=`],
  ['/guard.js', `sha256-${'B'.repeat(43)}=`],
]);
const text = writeManifest('1.2.3', files);

function signer(pair: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519')) {
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  return {
    key: new Uint8Array(spki.subarray(-32)),
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, pair.privateKey)),
  };
}

describe('a manifest', () => {
  it('is read as it was written, in the order of its paths', () => {
    expect(readManifest(text)).toEqual({
      format: 'sealroom release 1',
      version: '1.2.3',
      files: Object.fromEntries(files),
    });
    expect(Object.keys(readManifest(text)?.files ?? {})).toEqual(['/guard.js', '/index.html']);
  });

  it.each([
    ['no JSON', '{'],
    ['another form', '{"format":"sealroom release 2"}'],
    ['without the page', writeManifest('1.2.3', new Map([['/guard.js', `sha256-${'B'.repeat(43)}=`]]))],
    ['with a path that climbs', text.replace('/guard.js', '/../guard.js')],
    ['with a weak digest', text.replace('sha256-A', 'sha1-A')],
    ['too long', text + ' '.repeat(300_000)],
  ])('is not taken: %s', (_what, wrong) => {
    expect(readManifest(wrong)).toBeNull();
  });
});

describe('a signature', () => {
  it('says who signed, and when', async () => {
    const digest = await integrityOf(text);
    const signed = await readSignature(
      writeSignature(digest, 1_800_000_000_000, [signer(), signer()]),
      digest,
    );
    expect(signed?.at).toBe(1_800_000_000_000);
    expect(signed?.keys).toHaveLength(2);
    expect(await releaseFingerprint(signed?.keys[0] ?? '')).toMatch(/^\d{30}$/);
  });

  it('does not hold for another manifest, another time, another key, or when one of two is wrong', async () => {
    const digest = await integrityOf(text);
    const [one, two] = [signer(), signer()];
    const good = writeSignature(digest, 1_800_000_000_000, [one]);
    expect(await readSignature(good, digest)).not.toBeNull();
    expect(await readSignature(good, await integrityOf(`${text} `))).toBeNull();
    expect(await readSignature(good.replace('1800000000000', '1800000000001'), digest)).toBeNull();
    const swapped = writeSignature(digest, 1_800_000_000_000, [{ key: two.key, sign: one.sign }]);
    expect(await readSignature(swapped, digest)).toBeNull();
    const half = writeSignature(digest, 1_800_000_000_000, [one, { key: two.key, sign: one.sign }]);
    expect(await readSignature(half, digest)).toBeNull();
    expect(await readSignature('{}', digest)).toBeNull();
  });
});
