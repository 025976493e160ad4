import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

type Purpose = 'entry' | 'head';

const input = (purpose: Purpose, text: string) => Buffer.from(`Sealroom 1.0 Audit ${purpose}\0${text}`);

/** Whether the site key signed this. `publicKey` is its 32 bytes in base64url. */
export function siteKeySigned(publicKey: string, purpose: Purpose, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, input(purpose, text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The file of the key in a data folder. */
export function siteKeyPath(folder: string): string {
  return join(folder, 'site-key.pem');
}

/** The site's own Ed25519 key. It signs the audit log, and makes the tags in it. */
export class SiteKey {
  readonly #key: KeyObject;
  readonly #tagKey: Buffer;
  /** What the servers of one site, which share this key, seal to each other with: 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** 32 bytes in base64url. */
  readonly publicKey: string;

  private constructor(key: KeyObject) {
    this.#key = key;
    const { x, d } = z.object({ x: z.string(), d: z.string() }).parse(key.export({ format: 'jwk' }));
    this.publicKey = x;
    const seed = Buffer.from(d, 'base64url');
    this.nodeKey = new Uint8Array(hkdfSync('sha256', seed, '', 'Sealroom 1.0 Nodes', 32));
    this.#tagKey = Buffer.from(hkdfSync('sha256', seed, '', 'Sealroom 1.0 Audit tags', 32));
  }

  /** The key in a data folder, made at the first start. Throws what the file system throws. */
  static open(folder: string): SiteKey {
    const path = siteKeyPath(folder);
    try {
      const fresh = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
      // Fails where there is one already, also when two processes start at once.
      writeFileSync(path, fresh, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      const there = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!there) throw error;
    }
    return new SiteKey(createPrivateKey(readFileSync(path)));
  }

  sign(purpose: Purpose, text: string): string {
    return sign(null, input(purpose, text), this.#key).toString('base64url');
  }

  /** A name for an address or meeting that is the same each time and leads nobody without this key back. */
  tag(kind: 'address' | 'meeting' | 'config', text: string): string {
    return createHmac('sha256', this.#tagKey).update(`${kind}\0${text}`).digest('base64url').slice(0, 16);
  }
}
