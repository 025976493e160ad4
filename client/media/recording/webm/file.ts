import { concat } from '../../../../shared/bytes.ts';
import { WebmContents } from './contents.ts';
import { headLength, prepareHead } from './head.ts';

/** The part of FileSystemSyncAccessHandle in use; workers have it, the project's types are those of a page. */
export interface SyncFile {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

/** Of a browser's recorder the head is some hundred bytes. */
const MOST_HEAD = 64 * 1024;
const READ_BYTES = 4 * 1024 * 1024;

/** A recording being written in place: what is written stays, whatever happens to the page. */
export class WebmFile {
  readonly #file: SyncFile;
  #contents: WebmContents | null = new WebmContents();
  /** What came before the first cluster; null once that is written. */
  #head: Uint8Array | null = new Uint8Array();
  #size = 0;

  constructor(file: SyncFile) {
    this.#file = file;
  }

  /** Bytes on the disk. */
  get size(): number {
    return this.#size;
  }

  /** Throws DOMException; `QuotaExceededError` where there is no room. */
  write(bytes: Uint8Array): void {
    if (this.#head) {
      this.#head = concat(this.#head, bytes);
      const prepared = withRoom(this.#head);
      if (!prepared) return;
      this.#head = null;
      if (!prepared.known) this.#contents = null;
      this.#append(prepared.bytes);
    } else this.#append(bytes);
    this.#file.flush();
  }

  /** Adds length and table of contents, where there is room for them. The file can be played without. */
  finish(): void {
    finish(this.#file, this.#contents);
  }

  #append(bytes: Uint8Array): void {
    writeAll(this.#file, bytes, this.#size);
    this.#size += bytes.length;
    this.#contents = followed(this.#contents, bytes);
  }
}

/** Finishes a recording that broke off. Returns its size. Throws DOMException. */
export function mend(file: SyncFile): number {
  const size = file.getSize();
  let contents: WebmContents | null = new WebmContents();
  const buffer = new Uint8Array(READ_BYTES);
  for (let at = 0; at < size && contents && !contents.done; ) {
    const length = file.read(buffer, { at });
    if (length === 0) break;
    contents = followed(contents, buffer.subarray(0, length));
    at += length;
  }
  finish(file, contents);
  return file.getSize();
}

function finish(file: SyncFile, contents: WebmContents | null): void {
  const ending = contents?.end();
  if (!ending) return;
  const { length, tail, patches } = ending;
  file.truncate(length);
  try {
    writeAll(file, tail, length);
  } catch {
    // No room for it: the file is as good as before.
    file.truncate(length);
    return;
  }
  for (const { at, bytes } of patches) writeAll(file, bytes, at);
  file.flush();
}

/** Null for a head of another kind: it is kept as it is. */
function withRoom(head: Uint8Array): { readonly bytes: Uint8Array; readonly known: boolean } | null {
  try {
    const length = headLength(head);
    if (length === null) return head.length > MOST_HEAD ? { bytes: head, known: false } : null;
    return { bytes: concat(prepareHead(head.subarray(0, length)), head.subarray(length)), known: true };
  } catch {
    return { bytes: head, known: false };
  }
}

function followed(contents: WebmContents | null, bytes: Uint8Array): WebmContents | null {
  try {
    contents?.push(bytes);
    return contents;
  } catch {
    // Of another kind than expected: it stays as it was written.
    return null;
  }
}

function writeAll(file: SyncFile, bytes: Uint8Array, start: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = file.write(bytes.subarray(done), { at: start + done });
    if (written === 0) throw new DOMException('No room', 'QuotaExceededError');
    done += written;
  }
}
