import type { BlobId } from '../../shared/ids.ts';

/** Where the bytes of sealed files are: in a folder of this server, or where all servers of a site reach them. */
export interface BlobBytes {
  /** To be called first. Removes what belongs to none of the `known` files. */
  prepare(known: ReadonlySet<BlobId>): Promise<void>;
  /** Bytes that are there; 0 where there are none yet. */
  length(id: BlobId): Promise<number>;
  /** When bytes last came, milliseconds since 1970; null where none has. */
  touched(id: BlobId): Promise<number | null>;
  /**
   * Appends at `offset`, where the bytes end, and returns how many are there then. What came before a failure stays.
   * Where another server appends at the same time, one of the two goes on. Throws ProtocolError `full` where no more fit.
   */
  append(id: BlobId, offset: number, body: AsyncIterable<Uint8Array>): Promise<number>;
  /** The bytes are safe from a power cut when this returns. */
  keep(id: BlobId): Promise<void>;
  /** The bytes from `start` up to `end`, exclusive, in parts. Throws where they are not there any more. */
  read(id: BlobId, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** Idempotent. */
  remove(id: BlobId): Promise<void>;
}
