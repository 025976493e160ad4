import { concat, fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { BlobId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { AttachmentError } from '../../e2ee/attachments/error.ts';
import { sealedSize } from '../../e2ee/attachments/format.ts';
import { FileOpener, type SealedFile } from '../../e2ee/attachments/open.ts';
import { blobSource, FileSealer } from '../../e2ee/attachments/seal.ts';
import { fileName, type Preview, type SealedFileContent, sealedFile } from '../../e2ee/content.ts';
import { randomBytes, wipe } from '../../e2ee/sodium.ts';
import type { BlobPort } from './blobPort.ts';
import type { CoreContext } from './context.ts';
import { Cancelled, Transfer } from './transfer.ts';
import { type KeptPiece, Upload } from './upload.ts';

/** Where the bytes of an opened file go. Nothing is handed to the person before `close`. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  /** The file is whole and is what was sent. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

/** What files need of the place the core runs in. */
export interface FilePorts {
  readonly blobs: BlobPort;
  /** Keeps a sealed piece of `length` bytes out of memory; each part is good only until the next is asked for. */
  keepPiece(parts: AsyncIterable<Uint8Array>, length: number): Promise<KeptPiece>;
  /** Opens a place for a file; `place` is what the page chose, if it could. */
  sink(name: string, place: unknown): Promise<FileSink>;
  /** A small picture of an image, free of everything else the file says; null where there can be none. */
  preview(file: Blob): Promise<Preview | null>;
  /** An image drawn anew, small enough for the board; null where that cannot be. */
  shrink(file: Blob): Promise<SmallPicture | null>;
}

/** An image made small; sizes in pixels. */
export interface SmallPicture {
  readonly picture: Blob;
  readonly width: number;
  readonly height: number;
}

type Offer = Pick<SealedFileContent, 'name' | 'mime' | 'size' | 'preview'>;

/** Times in a row that a download may end without a byte more, until it counts as cut. */
const SHORT_ENDS = 4;
const NO_NAME = 'file';

/** Files of one meeting on their way up and down; sealed and opened here, one key each. */
export class Attachments {
  readonly #context: CoreContext;
  readonly #ports: FilePorts;
  readonly #transfers = new Map<string, Transfer>();
  /** Files that can be fetched, by the id of their message. */
  readonly #known = new Map<string, SealedFileContent>();

  constructor(context: CoreContext, ports: FilePorts) {
    this.#context = context;
    this.#ports = ports;
  }

  /** What the others will see of a file. */
  async describe(file: Blob & { readonly name: string }): Promise<Offer> {
    const mime = sealedFile.shape.mime.safeParse(file.type.split(';')[0]);
    const name = fileName.safeParse(file.name.slice(-limits.fileNameCharacters));
    return {
      name: name.success ? name.data : NO_NAME,
      mime: mime.success ? mime.data : 'application/octet-stream',
      size: Math.min(file.size, limits.fileBytes),
      preview: await this.#ports.preview(file).catch(() => null),
    };
  }

  /** Seals a file and brings it to the server; null where it was stopped or refused, which is shown. */
  async upload(id: string, file: Blob, offer: Offer): Promise<SealedFileContent | null> {
    const transfer = this.#start(id, 'up');
    const key = randomBytes(32);
    try {
      const { blob, digest } = await this.#upload(transfer, file, key);
      transfer.finish();
      this.#transfers.delete(id);
      return { ...offer, size: file.size, blob, key: toBase64Url(key), digest: toBase64Url(digest) };
    } catch (error) {
      this.#ended(id, transfer, error);
      return null;
    } finally {
      wipe(key);
    }
  }

  /** A file that can be fetched from now on. */
  know(id: string, file: SealedFileContent): void {
    this.#known.set(id, file);
  }

  /** Fetches, opens and verifies a file. `place` is where the page wants it. */
  async download(id: string, place: unknown): Promise<void> {
    const file = this.#known.get(id);
    if (!file || this.#transfers.has(id)) return;
    const transfer = this.#start(id, 'down');
    let sink: FileSink | null = null;
    try {
      sink = await this.#ports.sink(file.name, place);
      await this.#download(transfer, this.#sealed(file), sink);
      await sink.close();
      transfer.finish();
      this.#transfers.delete(id);
    } catch (error) {
      await sink?.abort().catch(() => undefined);
      this.#ended(id, transfer, error);
    }
  }

  /** Makes an image small and brings it to the server; null for what is none. Throws AttachmentError, ProtocolError. */
  async storeImage(
    file: Blob,
  ): Promise<{ readonly file: SealedFileContent; readonly width: number; readonly height: number } | null> {
    const small = await this.#ports.shrink(file).catch(() => null);
    if (!small) return null;
    const { picture, width, height } = small;
    const key = randomBytes(32);
    try {
      const { blob, digest } = await this.#upload(this.#quiet(), picture, key);
      const sealed = { key: toBase64Url(key), digest: toBase64Url(digest), blob, preview: null };
      return { file: { name: NO_NAME, mime: picture.type, size: picture.size, ...sealed }, width, height };
    } finally {
      wipe(key);
    }
  }

  /** Fetches, opens and verifies a file of at most `most` bytes. Throws AttachmentError, ProtocolError. */
  async load(file: SealedFileContent, most: number): Promise<Uint8Array> {
    if (file.size > most) throw new AttachmentError('tampered', 'the file is larger than it may be');
    const parts: Uint8Array[] = [];
    const sink: FileSink = {
      // The opener goes on to use its buffer.
      write: async (bytes) => void parts.push(Uint8Array.from(bytes)),
      close: async () => undefined,
      abort: async () => undefined,
    };
    await this.#download(this.#quiet(), this.#sealed(file), sink);
    return concat(...parts);
  }

  pause(id: string): void {
    this.#transfers.get(id)?.pause();
  }

  resume(id: string): void {
    this.#transfers.get(id)?.resume();
  }

  cancel(id: string): void {
    this.#transfers.get(id)?.cancel();
  }

  /** The connection is back. */
  nudge(): void {
    for (const transfer of this.#transfers.values()) transfer.nudge();
  }

  /** A file whose message was taken back. */
  forget(id: string): void {
    this.cancel(id);
    this.#known.delete(id);
    this.#hide(id);
  }

  /** One's own file is taken back: off the server with it. */
  withdraw(id: string): void {
    const file = this.#known.get(id);
    this.forget(id);
    if (file) this.#delete(file.blob);
  }

  /** Stops everything and forgets the keys. Idempotent. */
  close(): void {
    for (const transfer of this.#transfers.values()) transfer.cancel();
    this.#known.clear();
  }

  async #upload(
    transfer: Transfer,
    file: Blob,
    key: Uint8Array,
  ): Promise<{ blob: BlobId; digest: Uint8Array }> {
    const { clock, link, signaling } = this.#context;
    const size = sealedSize(file.size);
    const { blob, token } = await transfer.step(() => signaling.request('blob:create', { size }));
    const sealer = new FileSealer(blobSource(file), key, { meeting: link.meeting, blob });
    const { blobs, keepPiece } = this.#ports;
    const now = () => clock.now();
    const parts = { blob, token, total: size, signaling, blobs, keep: keepPiece, transfer, now };
    try {
      await new Upload(parts, sealer.pieces()).run();
      return { blob, digest: sealer.digest };
    } catch (error) {
      this.#delete(blob);
      throw error;
    } finally {
      sealer.close();
    }
  }

  async #download(transfer: Transfer, file: SealedFile, sink: FileSink): Promise<void> {
    const { signaling } = this.#context;
    const opener = new FileOpener(file);
    const total = opener.sealedSize;
    let shortEnds = 0;
    try {
      while (opener.received < total) {
        await transfer.step(async (signal) => {
          const { blob } = file;
          const { token, size } = await signaling.request('blob:open', { blob, use: 'download' });
          if (size !== total) throw new AttachmentError('tampered', 'the file has another size');
          const before = opener.received;
          try {
            for await (const bytes of this.#ports.blobs.get(blob, token, before, signal)) {
              for (const chunk of opener.push(bytes)) await written(sink.write(chunk));
              transfer.advance(opener.received, total);
            }
          } catch (error) {
            const broke = error instanceof ProtocolError && error.code === 'unavailable';
            if (!broke || signal.aborted) throw error;
          }
          if (opener.received === total) return;
          // The server is there and gives nothing more.
          shortEnds = opener.received > before ? 0 : shortEnds + 1;
          if (shortEnds >= SHORT_ENDS) throw new AttachmentError('truncated', 'the file ends too soon');
          throw new ProtocolError('unavailable');
        });
      }
      opener.finish();
    } finally {
      opener.close();
    }
  }

  #sealed({ blob, size, key, digest }: SealedFileContent): SealedFile {
    const { meeting } = this.#context.link;
    return { meeting, blob, size, key: fromBase64Url(key), digest: fromBase64Url(digest) };
  }

  #delete(blob: BlobId): void {
    this.#context.signaling.request('blob:delete', { blob }).catch(() => undefined);
  }

  /** A transfer that is no matter for the person; it ends with the meeting. */
  #quiet(): Transfer {
    const id = toBase64Url(randomBytes(9));
    const transfer = new Transfer(id, 'up', this.#context.clock, () => undefined);
    this.#transfers.set(id, transfer);
    return transfer;
  }

  #start(id: string, direction: 'up' | 'down'): Transfer {
    const { clock, store } = this.#context;
    const transfer = new Transfer(id, direction, clock, (view) => {
      const others = store.state.transfers.filter((other) => other.id !== id);
      store.set({ transfers: [...others, view] });
    });
    this.#transfers.set(id, transfer);
    transfer.advance(0, 1);
    return transfer;
  }

  #ended(id: string, transfer: Transfer, error: unknown): void {
    this.#transfers.delete(id);
    if (error instanceof Cancelled) this.#hide(id);
    else transfer.fail(error);
  }

  #hide(id: string): void {
    const { store } = this.#context;
    store.set({ transfers: store.state.transfers.filter((other) => other.id !== id) });
  }
}

/** A disk that is full, or a place that went away. */
async function written(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (cause) {
    throw new AttachmentError('unwritable', 'the file could not be written', { cause });
  }
}
