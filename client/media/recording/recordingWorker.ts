import { type FromRecordingWorker, RECORDINGS, type ToRecordingWorker } from './recordingMessages.ts';

/**
 * Writes a recording to the disk piece by piece, in place, so that what is written stays whatever happens to
 * the page; and beats time, which a worker does at full pace while its page is hidden.
 */

/** The parts of a worker's scope and of the private file system in use; the project's types are those of a page. */
interface WorkerScope {
  postMessage(message: FromRecordingWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToRecordingWorker>) => void): void;
}
interface SyncFile {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

const scope: WorkerScope = globalThis;
let file: SyncFile | null = null;
let size = 0;
let beat: ReturnType<typeof setInterval> | undefined;

async function open(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(RECORDINGS, { create: true });
  // Every browser that has the folder has this in workers.
  const handle = (await folder.getFileHandle(name, { create: true })) as SyncFileHandle;
  file = await handle.createSyncAccessHandle();
  scope.postMessage({ type: 'opened' });
}

function write(bytes: Uint8Array): void {
  if (!file) return;
  for (let done = 0; done < bytes.length; ) {
    const written = file.write(bytes.subarray(done), { at: size });
    if (written === 0) throw new DOMException('No room', 'QuotaExceededError');
    done += written;
    size += written;
  }
  file.flush();
  scope.postMessage({ type: 'written', size });
}

function close(): void {
  clearInterval(beat);
  file?.close();
  file = null;
  scope.postMessage({ type: 'closed' });
}

function failed(error: unknown): void {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  scope.postMessage({ type: 'failed', reason: full ? 'full' : 'storage' });
}

scope.addEventListener('message', ({ data }) => {
  try {
    switch (data.type) {
      case 'open':
        open(data.name).catch(failed);
        return;
      case 'write':
        return write(new Uint8Array(data.bytes));
      case 'close':
        return close();
      case 'beat':
        clearInterval(beat);
        if (data.everyMs !== null)
          beat = setInterval(() => scope.postMessage({ type: 'tick' }), data.everyMs);
        return;
    }
  } catch (error) {
    failed(error);
  }
});
