import { useSyncExternalStore } from 'react';
import { asLanguage, type Language, pickLanguage } from '../i18n/language.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** Whether single keys act in a meeting. */
  readonly shortcuts: boolean;
}

const LANGUAGE = 'sealroom.language';
const THEME = 'sealroom.theme';
const SHORTCUTS = 'sealroom.shortcuts';

// Storage may be forbidden by the browser; a choice then lasts as long as the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

let current: Preferences = {
  language: asLanguage(read(LANGUAGE)) ?? pickLanguage(navigator.languages),
  theme: themes.find((theme) => theme === read(THEME)) ?? 'system',
  shortcuts: read(SHORTCUTS) !== 'off',
};
const listeners = new Set<() => void>();
const dark = matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dataset.theme = current.theme === 'system' ? (dark.matches ? 'dark' : 'light') : current.theme;
}

function set(next: Preferences): void {
  current = next;
  apply();
  for (const listener of listeners) listener();
}

/** Puts language and theme on the page, and follows the device's theme. */
export function applyPreferences(): Preferences {
  apply();
  dark.addEventListener('change', apply);
  return current;
}

export function chooseLanguage(language: Language): void {
  write(LANGUAGE, language);
  set({ ...current, language });
}

export function chooseTheme(theme: Theme): void {
  write(THEME, theme);
  set({ ...current, theme });
}

export function chooseShortcuts(shortcuts: boolean): void {
  write(SHORTCUTS, shortcuts ? 'on' : 'off');
  set({ ...current, shortcuts });
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
