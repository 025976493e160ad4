import { type FromRecordingWorker, RECORDINGS, type ToRecordingWorker } from './recordingMessages.ts';
import { mend, type SyncFile, WebmFile } from './webm/file.ts';

/**
 * Writes a recording to the disk piece by piece, in place, so that what is written stays whatever happens to
 * the page; and beats time, which a worker does at full pace while its page is hidden.
 */

/** The parts of a worker's scope and of the private file system in use; the project's types are those of a page. */
interface WorkerScope {
  postMessage(message: FromRecordingWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToRecordingWorker>) => void): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

const scope: WorkerScope = globalThis;
let file: SyncFile | null = null;
let recording: WebmFile | null = null;
let beat: ReturnType<typeof setTimeout> | undefined;

async function access(name: string, create: boolean): Promise<SyncFile> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(RECORDINGS, { create: true });
  // Every browser that has the folder has this in workers.
  const handle = (await folder.getFileHandle(name, { create })) as SyncFileHandle;
  return handle.createSyncAccessHandle();
}

async function open(name: string): Promise<void> {
  file = await access(name, true);
  recording = new WebmFile(file);
  scope.postMessage({ type: 'opened' });
}

async function mendOne(name: string): Promise<void> {
  const broken = await access(name, false);
  try {
    mend(broken);
  } finally {
    broken.close();
  }
  scope.postMessage({ type: 'mended' });
}

function write(bytes: Uint8Array): void {
  if (!recording) return;
  recording.write(bytes);
  scope.postMessage({ type: 'written', size: recording.size });
}

function close(): void {
  clearTimeout(beat);
  try {
    recording?.finish();
  } finally {
    file?.close();
    file = null;
    recording = null;
    scope.postMessage({ type: 'closed' });
  }
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
      case 'mend':
        mendOne(data.name).catch(failed);
        return;
      case 'write':
        return write(new Uint8Array(data.bytes));
      case 'close':
        return close();
      case 'beat':
        clearTimeout(beat);
        beat = setTimeout(() => scope.postMessage({ type: 'tick' }), data.afterMs);
        return;
    }
  } catch (error) {
    failed(error);
  }
});
