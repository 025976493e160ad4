import type { KeyValueStorage } from './deviceMemory.ts';

/** How the person wants their own sound and picture. */
export interface MediaPreferences {
  readonly pushToTalk: boolean;
  readonly musicMode: boolean;
  readonly mirrored: boolean;
}

const defaults: MediaPreferences = { pushToTalk: false, musicMode: false, mirrored: true };
const names = ['pushToTalk', 'musicMode', 'mirrored'] as const satisfies readonly (keyof MediaPreferences)[];

function keyOf(name: keyof MediaPreferences): string {
  return `sealroom.media.${name}`;
}

/** Reads what was remembered in this browser; the defaults where storage is missing or forbidden. */
export function rememberedPreferences(storage: KeyValueStorage | null): MediaPreferences {
  const preferences = { ...defaults };
  for (const name of names) {
    try {
      const text = storage?.getItem(keyOf(name)) ?? null;
      if (text !== null) preferences[name] = text === 'yes';
    } catch {
      return defaults;
    }
  }
  return preferences;
}

/** Remembers one preference. Without storage it holds until the page closes. */
export function rememberPreference(
  storage: KeyValueStorage | null,
  name: keyof MediaPreferences,
  value: boolean,
): void {
  try {
    storage?.setItem(keyOf(name), value ? 'yes' : 'no');
  } catch {
    // Full or forbidden.
  }
}
