/** The part of the File System Access API in use, where the browser has it. */
interface SavePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

function hasPicker(scope: object): scope is SavePicker {
  return 'showSaveFilePicker' in scope;
}

/**
 * Asks where a file should go. Null where this browser cannot ask: the file then comes as a download.
 * Throws where the person thought better of it. Only within a press of theirs.
 */
export async function choosePlace(name: string): Promise<FileSystemFileHandle | null> {
  const scope: object = globalThis;
  if (!hasPicker(scope)) return null;
  try {
    return await scope.showSaveFilePicker({ suggestedName: name });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    // Refused by the browser, for example where the press is too long ago.
    return null;
  }
}

/** Hands a file over as a download. Whatever it is, it is not opened here. */
export function handOver(name: string, file: Blob): void {
  const url = URL.createObjectURL(new Blob([file], { type: 'application/octet-stream' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser reads it by this address until it has it all.
  setTimeout(() => URL.revokeObjectURL(url), 10 * 60_000);
}
