/** Browsers that ask for permission in different places. */
export type BrowserKind = 'chromium' | 'firefox' | 'safari' | 'ios' | 'android';

/** Which kind a user agent text stands for; what is unknown is taken for Chromium. `touch`: fingers, at least two. */
export function browserOf(userAgent: string, touch: boolean): BrowserKind {
  // An iPad calls itself a Mac; only the fingers tell.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touch)) return 'ios';
  if (/Android/.test(userAgent)) return /Firefox/.test(userAgent) ? 'firefox' : 'android';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Safari\//.test(userAgent) && !/Chrome|Chromium|Edg\//.test(userAgent)) return 'safari';
  return 'chromium';
}
