import { argon2Sync } from 'node:crypto';
import { z } from 'zod';
import { fromBase64Url, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../e2ee/crypto/aead.ts';
import { randomBytes } from '../e2ee/sodium.ts';
import { ToolError } from './toolError.ts';

const fingerprint = z.string().regex(/^\d{30}$/);
const encoded = (characters: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${characters}}$`));

/** What a private key is for; one is never taken for the other. */
const kinds = ['sealroom report key 1', 'sealroom release key 1'] as const;
export type KeyKind = (typeof kinds)[number];

const commands: Record<KeyKind, string> = {
  'sealroom report key 1': 'report:keys',
  'sealroom release key 1': 'release:keys',
};

const content = z.union([
  z.strictObject({ kind: z.enum(kinds), fingerprint, privateKey: encoded(43) }),
  z.strictObject({
    kind: z.enum(kinds),
    fingerprint,
    /** The private key under ChaCha20-Poly1305 with a key that Argon2id makes of the passphrase. */
    protected: z.strictObject({
      /** KiB and passes, bounded so that a crafted file cannot fill the machine. */
      memory: z
        .number()
        .int()
        .min(8)
        .max(4 * 1024 * 1024),
      passes: z.number().int().min(1).max(20),
      salt: encoded(22),
      nonce: encoded(16),
      sealed: encoded(64),
    }),
  }),
]);

/** RFC 9106's second recommendation has 64 MiB; this has room to spare on any desktop machine. */
const COST = { memory: 256 * 1024, passes: 3 };

function keyOf(passphrase: string, salt: Uint8Array, { memory, passes }: typeof COST): Uint8Array {
  const parameters = {
    message: utf8(passphrase.normalize('NFC')),
    nonce: salt,
    parallelism: 1,
    tagLength: 32,
  };
  return new Uint8Array(argon2Sync('argon2id', { ...parameters, memory, passes }));
}

/** The text of a private key file; under a passphrase where one is given. */
export function writePrivateKey(
  kind: KeyKind,
  seed: Uint8Array,
  digits: string,
  passphrase: string | null,
): string {
  if (passphrase === null) {
    return `${JSON.stringify({ kind, fingerprint: digits, privateKey: toBase64Url(seed) }, null, 2)}\n`;
  }
  const salt = randomBytes(16);
  const nonce = randomBytes(chacha20Poly1305.nonceLength);
  const sealed = aeadSeal(keyOf(passphrase, salt, COST), nonce, utf8(digits), seed);
  const box = { ...COST, salt: toBase64Url(salt), nonce: toBase64Url(nonce), sealed: toBase64Url(sealed) };
  return `${JSON.stringify({ kind, fingerprint: digits, protected: box }, null, 2)}\n`;
}

/**
 * The 32-byte private key of that kind in a file's text; `ask` is called where it is under a passphrase.
 * Throws ToolError.
 */
export async function readPrivateKey(
  kind: KeyKind,
  text: string,
  ask: () => Promise<string>,
): Promise<Uint8Array> {
  const parsed = parse(text);
  if (parsed?.kind !== kind) {
    const name = kind.replace(/^sealroom | 1$/g, '');
    throw new ToolError(`This is not a private ${name}: give the file that npm run ${commands[kind]} wrote.`);
  }
  if ('privateKey' in parsed) return fromBase64Url(parsed.privateKey);
  const { salt, nonce, sealed, ...cost } = parsed.protected;
  const key = keyOf(await ask(), fromBase64Url(salt), cost);
  try {
    return aeadOpen(key, fromBase64Url(nonce), utf8(parsed.fingerprint), fromBase64Url(sealed));
  } catch {
    throw new ToolError('The passphrase does not open this private key.');
  }
}

function parse(text: string): z.infer<typeof content> | null {
  try {
    return content.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
