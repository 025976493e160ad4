import type { FileSink } from '../core/attachments.ts';

const FOLDER = 'opened-files';
/** Files of this browser's private storage that are older were left behind by a page that ended. */
const STALE_MS = 60 * 60_000;
/** How long the browser may take to copy a file to where the person wants it. */
const HANDED_OVER_MS = 10 * 60_000;
/** Without any storage, what may be held in memory instead. */
const MEMORY_BYTES = 64 * 1024 ** 2;

/** The part of FileSystemSyncAccessHandle in use; workers have it, the project's types are those of a page. */
interface SyncFile {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** Straight to the file that the person chose. The browser puts it there only when it is closed. */
async function chosenSink(handle: FileSystemFileHandle): Promise<FileSink> {
  const stream = await handle.createWritable();
  return {
    // Opened into an ordinary buffer of its own.
    write: (bytes) => stream.write(bytes as Uint8Array<ArrayBuffer>),
    close: () => stream.close(),
    abort: () => stream.abort(),
  };
}

/** Into this browser's private storage; the whole file is then handed to the page. */
async function privateSink(give: (file: Blob) => void): Promise<FileSink> {
  const folder = await privateFolder();
  const name = `${Date.now()}-${crypto.randomUUID()}`;
  // Every browser that has the folder has this in workers.
  const handle = (await folder.getFileHandle(name, { create: true })) as SyncFileHandle;
  const file = await handle.createSyncAccessHandle();
  const remove = () => folder.removeEntry(name).catch(() => undefined);
  let at = 0;
  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const written = file.write(bytes.subarray(done), { at });
        if (written === 0) throw new Error('no room');
        done += written;
        at += written;
      }
    },
    async close() {
      file.flush();
      file.close();
      give(await handle.getFile());
      setTimeout(remove, HANDED_OVER_MS);
    },
    async abort() {
      file.close();
      await remove();
    },
  };
}

async function privateFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
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

/** Removes what pages left behind that ended before they could. */
export async function clearLeftFiles(): Promise<void> {
  try {
    const folder = await privateFolder();
    for await (const name of folder.keys()) {
      if (Number.parseInt(name, 10) < Date.now() - STALE_MS) await folder.removeEntry(name);
    }
  } catch {
    // No such storage here, so nothing is left in it.
  }
}
