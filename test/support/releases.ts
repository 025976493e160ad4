import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBase64Url } from '../../shared/bytes.ts';
import { integrityOf } from '../../shared/release/integrity.ts';
import { readManifest, writeManifest } from '../../shared/release/manifest.ts';
import { releaseFingerprint, writeSignature } from '../../shared/release/signature.ts';

const built = fileURLToPath(new URL('../../client/dist', import.meta.url));

/** A key that signs releases. */
export class ReleaseKey {
  readonly #pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =
    generateKeyPairSync('ed25519');

  get publicKey(): Uint8Array {
    return new Uint8Array(this.#pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#pair.privateKey));
  }

  async fingerprint(): Promise<string> {
    return (await releaseFingerprint(toBase64Url(this.publicKey))).match(/\d{5}/g)?.join(' ') ?? '';
  }
}

export interface ReleaseWish {
  /** What tells this release's page from another's: it stands in the page's `release` meta element. */
  readonly version: string;
  readonly key?: ReleaseKey;
  readonly signedAt?: number;
  /** Text put behind the guard's script. */
  readonly guard?: string;
}

/** Puts a release into the folder that a server serves, in place of what is there. */
export async function deploy(folder: string, wish: ReleaseWish): Promise<void> {
  const compressed = /\/(index\.html|guard\.js|release\.json)\.(br|gz)$/;
  await rm(folder, { recursive: true, force: true });
  await cp(built, folder, { recursive: true, filter: (path) => !compressed.test(path) });
  const file = (name: string) => join(folder, name);
  const manifest = readManifest(await readFile(file('release.json'), 'utf8'));
  if (manifest === null) throw new Error('no build to make a release of');
  const page = await readFile(file('index.html'), 'utf8');
  await writeFile(
    file('index.html'),
    page.replace('</head>', `<meta name="release" content="${wish.version}"></head>`),
  );
  const guard = (await readFile(file('guard.js'), 'utf8')) + (wish.guard ?? '');
  await writeFile(file('guard.js'), guard);
  const digests = new Map(Object.entries(manifest.files));
  for (const name of ['index.html', 'guard.js']) {
    digests.set(`/${name}`, await integrityOf(await readFile(file(name))));
  }
  const text = writeManifest(wish.version, digests);
  await writeFile(file('release.json'), text);
  if (wish.key === undefined) return;
  const { key, signedAt = Date.now() } = wish;
  const signer = { key: key.publicKey, sign: (message: Uint8Array) => key.sign(message) };
  await writeFile(file('release.sig.json'), writeSignature(await integrityOf(text), signedAt, [signer]));
}
