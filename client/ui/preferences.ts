import { useSyncExternalStore } from 'react';
import { asLanguage, type Language, pickLanguage } from '../i18n/language.ts';
import { type LayoutMode, layoutModes } from './meeting/stagePlan.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const captionSizes = ['normal', 'large', 'largest'] as const;

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** Whether single keys act in a meeting. */
  readonly shortcuts: boolean;
  /** How people are laid out in a meeting. */
  readonly layout: LayoutMode;
  /** Whether the person sees themselves in a meeting with others. */
  readonly selfView: boolean;
  /** Whether captions are shown below the pictures. */
  readonly captions: boolean;
  readonly captionSize: (typeof captionSizes)[number];
  /** Whether notes are played when somebody knocks or comes in. */
  readonly arrivalSound: boolean;
  /** Whether a timer that is over is heard. */
  readonly chime: boolean;
}

const entries: Readonly<Record<keyof Preferences, string>> = {
  language: 'sealroom.language',
  theme: 'sealroom.theme',
  shortcuts: 'sealroom.shortcuts',
  layout: 'sealroom.layout',
  selfView: 'sealroom.selfView',
  captions: 'sealroom.captions',
  captionSize: 'sealroom.captionSize',
  arrivalSound: 'sealroom.arrivalSound',
  chime: 'sealroom.chime',
};

// Storage may be forbidden by the browser; a choice then lasts as long as the page.
function read(key: keyof Preferences): string | null {
  try {
    return localStorage.getItem(entries[key]);
  } catch {
    return null;
  }
}

function write(key: keyof Preferences, value: string): void {
  try {
    localStorage.setItem(entries[key], value);
  } catch {
    return;
  }
}

let current: Preferences = {
  language: asLanguage(read('language')) ?? pickLanguage(navigator.languages),
  theme: themes.find((theme) => theme === read('theme')) ?? 'system',
  shortcuts: read('shortcuts') !== 'off',
  layout: layoutModes.find((mode) => mode === read('layout')) ?? 'auto',
  selfView: read('selfView') !== 'off',
  captions: read('captions') !== 'off',
  captionSize: captionSizes.find((size) => size === read('captionSize')) ?? 'normal',
  arrivalSound: read('arrivalSound') !== 'off',
  chime: read('chime') !== 'off',
};
const listeners = new Set<() => void>();
const dark = matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dataset.theme = current.theme === 'system' ? (dark.matches ? 'dark' : 'light') : current.theme;
  // The browser's own bars wear the theme that was chosen, not the device's.
  const colour = getComputedStyle(root).getPropertyValue('--bg');
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    if (colour !== '') meta.content = colour;
  }
}

/** Takes a choice over and keeps it for the next time. */
export function prefer<Key extends keyof Preferences>(key: Key, value: Preferences[Key]): void {
  write(key, typeof value === 'boolean' ? (value ? 'on' : 'off') : value);
  current = { ...current, [key]: value };
  apply();
  for (const listener of listeners) listener();
}

/** Puts language and theme on the page, and follows the device's theme. */
export function applyPreferences(): Preferences {
  apply();
  dark.addEventListener('change', apply);
  return current;
}

/** The language in use or about to be. */
export function currentLanguage(): Language {
  return current.language;
}

/** This device's preferences, followed as they change in any part of the page. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
