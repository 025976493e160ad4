import type { Source } from '../../../shared/records/record.ts';
import { type ChaChaSFrame, maxPlaintext } from '../sframe/chacha.ts';
import type { AuthorshipLog } from './authorship.ts';
import { frameHashLength } from './checkpoint.ts';
import { type Codec, kindOf, metadataOf, prefixLength, writePrefix } from './codec.ts';
import type { KeyTable } from './keyTable.ts';
import type { DropReason } from './messages.ts';
import { AudioPadder } from './padding.ts';

export type SealResult =
  | { readonly type: 'sealed'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly type: 'drop'; readonly reason: DropReason };

const drop = (reason: DropReason): SealResult => ({ type: 'drop', reason });

/** Turns encoded frames of one source into what goes on the wire. */
export class FrameSealer {
  readonly #sframe: ChaChaSFrame;
  readonly #table: KeyTable;
  readonly #source: Source;
  readonly #log: AuthorshipLog;
  readonly #padder = new AudioPadder();

  /** Every sealed frame is recorded in `log` for the next checkpoint. */
  constructor(sframe: ChaChaSFrame, table: KeyTable, source: Source, log: AuthorshipLog) {
    this.#sframe = sframe;
    this.#table = table;
    this.#source = source;
    this.#log = log;
  }

  /** Seals a whole encoded frame under the newest epoch, or says why it must be dropped. */
  seal(frame: Uint8Array, codec: Codec): SealResult {
    const epoch = this.#table.sealing();
    if (epoch === null) return drop('no-key');
    const plaintext = codec === 'opus' ? this.#padder.pad(frame) : frame;
    if (plaintext === null || plaintext.length > maxPlaintext) return drop('malformed');
    const kind = kindOf(codec, frame);
    const { key, ctr } = epoch.takeCounter(this.#source);
    const length = this.#sframe.sealedLength(key, ctr, plaintext.length);
    const room = prefixLength(codec, kind, length);
    const data = this.#sframe.seal(key, ctr, metadataOf(codec, kind), plaintext, room);
    writePrefix(codec, kind, data, length);
    const hash = this.#sframe.hash(data.subarray(room), frameHashLength);
    this.#log.record(epoch.epoch, key.kid, ctr, hash);
    return { type: 'sealed', data };
  }
}
