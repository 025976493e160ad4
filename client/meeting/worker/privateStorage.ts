/** Files of this browser's private storage that are older were left behind by a page that ended. */
const STALE_MS = 60 * 60_000;

/** The part of FileSystemSyncAccessHandle in use; workers have it, the project's types are those of a page. */
interface SyncFile {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** A new file of this browser's private storage. Its functions throw DOMException. */
export interface PrivateFile {
  /** After what was written before. Throws where there is no more room. */
  write(bytes: Uint8Array): void;
  /** No more is written; what was is on the disk when this returns if `flush` is set. */
  close(flush: boolean): void;
  /** The file, out of this page's memory, once it is closed. */
  read(): Promise<File>;
  remove(): Promise<void>;
}

async function privateFolder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/** Begins a file under a name of its own. Throws DOMException or TypeError where there is no such storage. */
export async function createPrivateFile(folderName: string): Promise<PrivateFile> {
  const folder = await privateFolder(folderName);
  const name = `${Date.now()}-${crypto.randomUUID()}`;
  // Every browser that has the folder has this in workers.
  const handle = (await folder.getFileHandle(name, { create: true })) as SyncFileHandle;
  const file = await handle.createSyncAccessHandle();
  let at = 0;
  return {
    write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const written = file.write(bytes.subarray(done), { at });
        if (written === 0) throw new DOMException('no room', 'QuotaExceededError');
        done += written;
        at += written;
      }
    },
    close(flush) {
      if (flush) file.flush();
      file.close();
    },
    read: () => handle.getFile(),
    remove: () => folder.removeEntry(name).catch(() => undefined),
  };
}

/** Removes what pages left behind in a folder that ended before they could. */
export async function clearLeftFiles(folderName: string): Promise<void> {
  try {
    const folder = await privateFolder(folderName);
    for await (const name of folder.keys()) {
      if (Number.parseInt(name, 10) < Date.now() - STALE_MS) await folder.removeEntry(name);
    }
  } catch {
    // No such storage here, so nothing is left in it.
  }
}
