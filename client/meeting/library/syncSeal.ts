import { concat, fromBase64Url, fromUtf8, utf8 } from '../../../shared/bytes.ts';
import type { AccountId } from '../../../shared/protocol/accounts.ts';
import { LIBRARY_BYTES, LIBRARY_STEP } from '../../../shared/protocol/library.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../../e2ee/crypto/aead.ts';
import { hkdfSha512 } from '../../e2ee/crypto/hkdf.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import { type SyncDocument, syncDocument } from './syncDocument.ts';

/** Why the list on the server and the one here do not come together. Nothing is lost here by any of them. */
export type SyncErrorCode =
  /** Characters are missing or mistyped. */
  | 'mistyped'
  /** Sealed by another code, or damaged. */
  | 'not-opened'
  /** The server shows an older list than this device has seen. */
  | 'rolled-back'
  /** More than fits. */
  | 'too-much'
  /** Another device has sealed a list already; its code is needed. */
  | 'code-needed';

/** Why the list of meetings was not synced; `code` says which step. */
export class SyncError extends Error {
  readonly code: SyncErrorCode;

  constructor(code: SyncErrorCode) {
    super(`The list was not synced: ${code}`);
    this.name = 'SyncError';
    this.code = code;
  }
}

const LABEL = 'Sealroom 1.0 Library Sync';
const LENGTH_BYTES = 4;
const { nonceLength, tagLength, keyLength } = chacha20Poly1305;

/** The key that a code stands for, for one account. 120 bits need no stretching. */
export function syncKey(code: string, account: AccountId): Uint8Array {
  const prk = hkdfSha512.extract(fromBase64Url(account), utf8(code));
  return hkdfSha512.expand(prk, utf8(LABEL), keyLength);
}

function boundTo(account: AccountId, version: number): Uint8Array {
  return utf8(`${LABEL}\n${account}\n${version}`);
}

/** Seals the list as one version of one account, padded to steps of 16 KiB. Throws SyncError('too-much'). */
export function sealDocument(
  key: Uint8Array,
  account: AccountId,
  version: number,
  document: SyncDocument,
): Uint8Array {
  const text = utf8(JSON.stringify(document));
  const frame = nonceLength + LENGTH_BYTES + tagLength;
  const size = Math.ceil((text.length + frame) / LIBRARY_STEP) * LIBRARY_STEP;
  if (size > LIBRARY_BYTES) throw new SyncError('too-much');
  const padded = new Uint8Array(size - nonceLength - tagLength);
  new DataView(padded.buffer).setUint32(0, text.length);
  padded.set(text, LENGTH_BYTES);
  const nonce = randomBytes(nonceLength);
  return concat(nonce, aeadSeal(key, nonce, boundTo(account, version), padded));
}

/** Throws SyncError('not-opened') for another key, account or version, and for whatever is damaged. */
export function openDocument(
  key: Uint8Array,
  account: AccountId,
  version: number,
  sealed: Uint8Array,
): SyncDocument {
  try {
    const nonce = sealed.subarray(0, nonceLength);
    const padded = aeadOpen(key, nonce, boundTo(account, version), sealed.subarray(nonceLength));
    const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
    if (length > padded.length - LENGTH_BYTES) throw new SyncError('not-opened');
    const text = fromUtf8(padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    return syncDocument.parse(JSON.parse(text));
  } catch {
    throw new SyncError('not-opened');
  }
}
