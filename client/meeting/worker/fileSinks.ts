import type { FileSink } from '../core/attachments.ts';
import { createPrivateFile } from './privateStorage.ts';

/** Folder of opened files on their way to the person. */
export const OPENED_FILES = 'opened-files';
/** How long the browser may take to copy a file to where the person wants it. */
const HANDED_OVER_MS = 10 * 60_000;
/** Written at once to a file that was chosen. */
const BATCH_BYTES = 2 * 1024 ** 2;
/** Without any storage, what may be held in memory instead. */
const MEMORY_BYTES = 64 * 1024 ** 2;

/** Straight to the file that the person chose. The browser puts it there only when it is closed. */
async function chosenSink(handle: FileSystemFileHandle): Promise<FileSink> {
  const stream = await handle.createWritable();
  // Each write goes through the browser's processes and back, so that few large ones are far faster.
  const batch = new Uint8Array(BATCH_BYTES);
  let held = 0;
  const pass = async () => {
    await stream.write(batch.subarray(0, held));
    held = 0;
  };
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + batch.length - held);
        batch.set(part, held);
        held += part.length;
        at += part.length;
        if (held === batch.length) await pass();
      }
    },
    async close() {
      if (held > 0) await pass();
      await stream.close();
    },
    abort: () => stream.abort(),
  };
}

/** Into this browser's private storage; the whole file is then handed to the page. */
async function privateSink(give: (file: Blob) => void): Promise<FileSink> {
  const file = await createPrivateFile(OPENED_FILES);
  return {
    write: async (bytes) => file.write(bytes),
    async close() {
      file.close(true);
      give(await file.read());
      setTimeout(() => void file.remove(), HANDED_OVER_MS);
    },
    async abort() {
      file.close(false);
      await file.remove();
    },
  };
}

function memorySink(give: (file: Blob) => void): FileSink {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  return {
    async write(bytes) {
      length += bytes.length;
      if (length > MEMORY_BYTES) throw new Error('no storage');
      parts.push(Uint8Array.from(bytes));
    },
    async close() {
      give(new Blob(parts));
    },
    async abort() {
      parts = [];
    },
  };
}

/** A place for a file: the one chosen, or private storage, or memory; `give` gets it where none was chosen. */
export async function openSink(place: unknown, give: (file: Blob) => void): Promise<FileSink> {
  if (place instanceof FileSystemFileHandle) return chosenSink(place);
  return privateSink(give).catch(() => memorySink(give));
}
