import { lockOf, RECORDINGS } from './recordingMessages.ts';

/** A finished recording in this browser's private storage, or one that its page could not finish. */
export interface KeptRecording {
  readonly name: string;
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  readonly bytes: number;
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(RECORDINGS, { create: true });
}

/** All recordings that are not being written now, the oldest first. Empty ones are removed. */
export async function keptRecordings(): Promise<readonly KeptRecording[]> {
  try {
    const kept: KeptRecording[] = [];
    const { held = [] } = await navigator.locks.query();
    const busy = new Set(held.map(({ name }) => name));
    const place = await folder();
    for await (const [name, handle] of place.entries()) {
      if (handle.kind !== 'file' || busy.has(lockOf(name))) continue;
      const { size } = await (handle as FileSystemFileHandle).getFile();
      if (size === 0) await place.removeEntry(name);
      else kept.push({ name, at: Number.parseInt(name, 10), bytes: size });
    }
    return kept.sort((one, other) => one.at - other.at);
  } catch {
    // No such storage here, so nothing is kept in it.
    return [];
  }
}

/** The file itself, on the disk. Throws DOMException. */
export async function keptFile(name: string): Promise<File> {
  return (await (await folder()).getFileHandle(name)).getFile();
}

/** Throws DOMException. */
export async function deleteKept(name: string): Promise<void> {
  await (await folder()).removeEntry(name);
}
