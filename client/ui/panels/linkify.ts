/** A piece of a message: plain text, or a web address. */
export type TextPart = { readonly text: string; readonly href?: string };

const ADDRESS = /https?:\/\/[^\s<>"'「」『』（）【】，。；！？、]+/giu;

/**
 * Splits a message at its web addresses. A link shows its real target: what the address is after the browser has
 * read it, so that look-alike letters in a host appear as punycode.
 */
export function linkify(message: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of message.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || url.username !== '' || url.password !== '') continue;
    if (match.index > end) parts.push({ text: message.slice(end, match.index) });
    parts.push({ text: shownTarget(url, address), href: url.href });
    end = match.index + address.length;
  }
  if (end < message.length) parts.push({ text: message.slice(end) });
  return parts;
}

// Punctuation after an address belongs to the sentence, as does a bracket that was opened before it.
function trimEnd(address: string): string {
  let text = address.replace(/[.,;:!?'"]+$/u, '');
  while (text.endsWith(')') && !text.includes('(')) text = text.slice(0, -1).replace(/[.,;:!?]+$/u, '');
  return text;
}

function shownTarget(url: URL, written: string): string {
  return url.href === written || url.href === `${written}/` ? written : url.href;
}
