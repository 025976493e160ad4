import type { DeviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { ChaChaSFrame } from '../sframe/chacha.ts';
import { readHeader } from '../sframe/header.ts';
import { decodeMlsKid } from '../sframe/kid.ts';
import { frameHashLength } from './checkpoint.ts';
import { type Codec, metadataOf, unwrap } from './codec.ts';
import { contextOf, type KeyTable } from './keyTable.ts';
import type { DropReason } from './messages.ts';
import { unpad } from './padding.ts';

export type OpenResult =
  | {
      readonly type: 'opened';
      readonly data: Uint8Array<ArrayBuffer>;
      readonly kid: number;
      readonly ctr: number;
      /** BLAKE2b of the ciphertext where asked for. */
      readonly hash: Uint8Array | null;
    }
  /** The key of a newer epoch is needed and may be on its way. */
  | { readonly type: 'hold' }
  | { readonly type: 'drop'; readonly reason: DropReason };

const drop = (reason: DropReason): OpenResult => ({ type: 'drop', reason });

/** Opens the frames of one received track, which may come from one device's one source only. */
export class FrameOpener {
  readonly #sframe: ChaChaSFrame;
  readonly #table: KeyTable;
  readonly #context: number;

  constructor(sframe: ChaChaSFrame, table: KeyTable, source: Source) {
    this.#sframe = sframe;
    this.#table = table;
    this.#context = contextOf(source);
  }

  /**
   * The encoded frame inside `frame`, provided that `device` sealed it for this source. One key is
   * tried: the one the KID names. With `hashed` the result carries the ciphertext's hash.
   */
  open(frame: Uint8Array, codec: Codec, device: DeviceKey | null, hashed: boolean): OpenResult {
    const unwrapped = unwrap(codec, frame);
    if (unwrapped === null) return drop('malformed');
    const sealed = frame.subarray(unwrapped.offset);
    const header = readHeader(sealed, 0);
    if (header === null) return drop('malformed');
    const kid = decodeMlsKid(header.kid);
    if (kid.context !== this.#context) return drop('wrong-context');
    if (device === null) return drop('wrong-sender');
    const epoch = this.#table.lookup(header.kid);
    if (epoch === 'later') return { type: 'hold' };
    if (epoch === 'gone') return drop('no-key');
    if (epoch.leafOf(device) !== kid.leaf) return drop('wrong-sender');
    const { key, window } = epoch.opening(header.kid);
    if (!window.isFresh(header.ctr)) return drop('replay');
    const plaintext = this.#sframe.open(key, header, metadataOf(codec, unwrapped.kind), sealed);
    if (plaintext === null) return drop('unauthenticated');
    window.accept(header.ctr);
    const data = codec === 'opus' ? unpad(plaintext) : plaintext;
    if (data === null) return drop('malformed');
    const hash = hashed ? this.#sframe.hash(sealed, frameHashLength) : null;
    return { type: 'opened', data, kid: header.kid, ctr: header.ctr, hash };
  }
}
