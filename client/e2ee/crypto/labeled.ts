import { concat, utf8 } from '../../../shared/bytes.ts';
import type { Kdf } from './hkdf.ts';

/** LabeledExtract and LabeledExpand for one suite identifier (RFC 9180 section 4). */
export interface LabeledKdf {
  extract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array;
}

const VERSION = utf8('HPKE-v1');

/** Binds a KDF to one suite identifier. */
export function labeled(kdf: Kdf, suiteId: Uint8Array): LabeledKdf {
  return {
    extract: (salt, label, ikm) => kdf.extract(salt, concat(VERSION, suiteId, utf8(label), ikm)),
    expand: (prk, label, info, length) =>
      kdf.expand(
        prk,
        concat(new Uint8Array([length >> 8, length & 0xff]), VERSION, suiteId, utf8(label), info),
        length,
      ),
  };
}
