/**
 * The number of a meeting out of a link or alone, and whether the link came with its key, which is not kept. Null for
 * anything else. Pure.
 */
export function readMeetingNumber(text: string): { readonly id: string; readonly keyGiven: boolean } | null {
  const [address = '', fragment = ''] = text.trim().split('#');
  const id = /^(?:.*\/m\/)?([A-Za-z0-9_-]{22})\/?$/.exec(address)?.[1];
  return id === undefined ? null : { id, keyGiven: fragment !== '' };
}
