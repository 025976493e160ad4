import { SFrameError } from './error.ts';

/** Parameters of a cipher suite (RFC 9605 sections 4.5 and 8.1). Lengths in bytes. */
export interface SFrameSuite {
  readonly id: number;
  readonly name: string;
  readonly cipher: 'aes-ctr-hmac' | 'aes-gcm' | 'chacha20-poly1305';
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Hash output. */
  readonly Nh: number;
  /** Encryption half of the key, for AES-CTR-HMAC suites. */
  readonly Nka: number;
  readonly Nk: number;
  readonly Nn: number;
  readonly Nt: number;
}

/** Our default suite, under a private-use number. */
export const chachaSuiteId = 0xf001;

function ctrHmac(id: number, bits: 128 | 256, tagBits: number): SFrameSuite {
  const hash = bits === 128 ? 'SHA-256' : 'SHA-512';
  const Nh = bits === 128 ? 32 : 64;
  const Nka = bits / 8;
  return {
    id,
    name: `AES_${bits}_CTR_HMAC_${hash.replace('-', '')}_${tagBits}`,
    cipher: 'aes-ctr-hmac',
    hash,
    Nh,
    Nka,
    Nk: Nka + Nh,
    Nn: 12,
    Nt: tagBits / 8,
  };
}

const suites: readonly SFrameSuite[] = [
  ctrHmac(0x0001, 128, 80),
  ctrHmac(0x0002, 128, 64),
  ctrHmac(0x0003, 128, 32),
  {
    id: 0x0004,
    name: 'AES_128_GCM_SHA256_128',
    cipher: 'aes-gcm',
    hash: 'SHA-256',
    Nh: 32,
    Nka: 0,
    Nk: 16,
    Nn: 12,
    Nt: 16,
  },
  {
    id: 0x0005,
    name: 'AES_256_GCM_SHA512_128',
    cipher: 'aes-gcm',
    hash: 'SHA-512',
    Nh: 64,
    Nka: 0,
    Nk: 32,
    Nn: 12,
    Nt: 16,
  },
  // Assigned after RFC 9605; for interoperability only.
  ctrHmac(0x0006, 256, 80),
  ctrHmac(0x0007, 256, 64),
  ctrHmac(0x0008, 256, 32),
  {
    id: chachaSuiteId,
    name: 'CHACHA20_POLY1305_SHA512_128',
    cipher: 'chacha20-poly1305',
    hash: 'SHA-512',
    Nh: 64,
    Nka: 0,
    Nk: 32,
    Nn: 12,
    Nt: 16,
  },
];

const byId = new Map(suites.map((suite) => [suite.id, suite]));

/** The suite of a number. Throws SFrameError `unknown-suite`: nothing falls back to another suite. */
export function suiteOf(id: number): SFrameSuite {
  const suite = byId.get(id);
  if (suite === undefined) throw new SFrameError('unknown-suite', 'SFrame suite not supported');
  return suite;
}
