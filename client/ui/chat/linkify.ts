/** A piece of a message: plain text, or an address that can be opened. */
export type TextPart =
  | { readonly text: string; readonly href?: undefined }
  | { readonly text: string; readonly href: string; readonly warning: string | null };

const ADDRESS = /(?:https?:\/\/|mailto:)[^\s<>"'「」『』（）【】，。；！？、]+/giu;

/**
 * Splits a message at its addresses. A link shows its real target: what the address is after the browser has
 * read it, so that look-alike letters in a host appear as punycode.
 */
export function linkify(message: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of message.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    const target = safeTarget(address);
    if (target === null) continue;
    if (match.index > end) parts.push({ text: message.slice(end, match.index) });
    const { href } = target;
    const text = href === address || href === `${address}/` ? address : href;
    parts.push({ text, href, warning: target.warning });
    end = match.index + address.length;
  }
  if (end < message.length) parts.push({ text: message.slice(end) });
  return parts;
}

/**
 * Where an address leads, if it may be linked: the web and mail, nothing on this device or its network shares,
 * and no address that hides its host behind a user name. `warning` is the host, where its letters could be
 * taken for others.
 */
export function safeTarget(address: string): { href: string; host: string; warning: string | null } | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
  if (url.username !== '' || url.password !== '') return null;
  // Without the slashes browsers would still read a host.
  if (url.protocol !== 'mailto:' && !/^https?:\/\//i.test(address)) return null;
  const written = /^https?:\/\/([^/?#]*)/i.exec(address)?.[1] ?? '';
  const host = url.protocol === 'mailto:' ? '' : url.host;
  return { href: url.href, host, warning: isDeceptive(decodeHost(written)) ? host : null };
}

function decodeHost(host: string): string {
  try {
    return decodeURIComponent(host).normalize('NFKC');
  } catch {
    return host;
  }
}

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Cherokee',
  'Georgian',
  'Hebrew',
  'Arabic',
] as const;
const scriptOf = SCRIPTS.map((script) => new RegExp(`\\p{Script=${script}}`, 'u'));

/**
 * Whether a part of a host mixes scripts, or is written in letters that look like Latin ones under an ordinary
 * ending. Chinese, Japanese and Korean go with anything.
 */
function isDeceptive(host: string): boolean {
  const labels = host.split(':')[0]?.split('.') ?? [];
  const latinEnding = /^[a-z0-9-]+$/i.test(labels.at(-1) ?? '');
  return labels.some((label) => {
    const [latin, ...others] = scriptOf.map((script) => script.test(label));
    const foreign = others.filter(Boolean).length;
    return foreign > 1 || (foreign === 1 && (latin === true || latinEnding)) || /^xn--/i.test(label);
  });
}

// Punctuation after an address belongs to the sentence, as does a bracket that was opened before it.
function trimEnd(address: string): string {
  let text = address.replace(/[.,;:!?'"*_~]+$/u, '');
  while (text.endsWith(')') && !text.includes('(')) text = text.slice(0, -1).replace(/[.,;:!?]+$/u, '');
  return text;
}
