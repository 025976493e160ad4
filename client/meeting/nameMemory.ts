const ENTRY = 'sealroom.name';

/** The name last used on this device; empty where none is kept. */
export function rememberedName(): string {
  try {
    return globalThis.localStorage.getItem(ENTRY) ?? '';
  } catch {
    return '';
  }
}

/** Keeps the name for the next meeting, where the browser lets it. */
export function rememberName(name: string): void {
  try {
    globalThis.localStorage.setItem(ENTRY, name);
  } catch {
    // Without storage the person types the name again.
  }
}
