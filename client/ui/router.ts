import { useSyncExternalStore } from 'react';

/** The guides there are. */
export const guideNames = ['host', 'teacher', 'admin', 'security'] as const;
export type GuideName = (typeof guideNames)[number];

/** The parts of the administration. */
export const adminSections = [
  'overview',
  'people',
  'links',
  'policies',
  'reports',
  'audit',
  'doctor',
] as const;
export type AdminSection = (typeof adminSections)[number];

/** The pages there are. */
export type Route =
  | { readonly page: 'landing' }
  | { readonly page: 'server' }
  | { readonly page: 'guide'; readonly name: GuideName }
  | { readonly page: 'admin'; readonly section: AdminSection }
  | { readonly page: 'account' }
  | { readonly page: 'signed-in' | 'invited'; readonly fragment: string }
  | { readonly page: 'meetings' }
  | { readonly page: 'meeting'; readonly meetingId: string; readonly fragment: string }
  | { readonly page: 'not-found' };

/** The page an address stands for. `hash` is with or without `#`. */
export function matchRoute(pathname: string, hash: string): Route {
  if (pathname === '/' || pathname === '/index.html') return { page: 'landing' };
  if (pathname === '/server') return { page: 'server' };
  const name = /^\/guide(?:\/(\w+))?\/?$/.exec(pathname);
  const guide = guideNames.find((each) => each === (name?.[1] ?? 'host'));
  if (name !== null && guide !== undefined) return { page: 'guide', name: guide };
  const part = /^\/admin(?:\/(\w+))?\/?$/.exec(pathname);
  const section = adminSections.find((each) => each === (part?.[1] ?? 'overview'));
  if (part !== null && section !== undefined) return { page: 'admin', section };
  if (pathname === '/account') return { page: 'account' };
  const arrival = /^\/(signed-in|invited)$/.exec(pathname)?.[1];
  if (arrival === 'signed-in' || arrival === 'invited') {
    return { page: arrival, fragment: hash.replace(/^#/, '') };
  }
  if (pathname === '/meetings') return { page: 'meetings' };
  const meeting = /^\/m\/([^/]+)\/?$/.exec(pathname);
  if (meeting?.[1] !== undefined) {
    return { page: 'meeting', meetingId: meeting[1], fragment: hash.replace(/^#/, '') };
  }
  return { page: 'not-found' };
}

const MOVED = 'sealroom:moved';

/** Goes to another page of this site without loading it anew; `replace` leaves the one before out of the history. */
export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  // Another site's address throws: history takes paths of this one only.
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  dispatchEvent(new Event(MOVED));
}

function subscribe(listener: () => void): () => void {
  const events = ['popstate', 'hashchange', MOVED];
  for (const name of events) addEventListener(name, listener);
  return () => {
    for (const name of events) removeEventListener(name, listener);
  };
}

/** Path and fragment of the page, as one text. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, () => `${location.pathname}${location.hash}`);
}
