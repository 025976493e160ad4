/** What a pasted text is: a link to go to, or why it is none. */
export type PastedLink =
  | { readonly kind: 'link'; readonly path: string }
  | { readonly kind: 'empty' | 'not-a-link' | 'no-key' }
  | { readonly kind: 'other-site'; readonly host: string };

/** Reads a pasted meeting link; `origin` is this site's. Does not check the key itself. */
export function readMeetingLink(text: string, origin: string): PastedLink {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  let url: URL;
  try {
    const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(trimmed);
    url = new URL(hasScheme || trimmed.startsWith('/') ? trimmed : `https://${trimmed}`, origin);
  } catch {
    return { kind: 'not-a-link' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'not-a-link' };
  if (!/^\/m\/[A-Za-z0-9_-]+\/?$/.test(url.pathname)) return { kind: 'not-a-link' };
  if (url.host !== new URL(origin).host) return { kind: 'other-site', host: url.host };
  if (url.hash.length < 2) return { kind: 'no-key' };
  return { kind: 'link', path: `${url.pathname}${url.hash}` };
}
