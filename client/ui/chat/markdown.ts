import { linkify, safeTarget } from './linkify.ts';

/** A run of text in one line or several. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'mention'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly inside: readonly Inline[] }
  | {
      readonly kind: 'link';
      readonly text: string;
      readonly href: string;
      /** The host to be shown beside a text that is not the address itself. */
      readonly host: string | null;
      readonly warning: string | null;
    };

export type Block =
  | { readonly kind: 'paragraph' | 'quote'; readonly inside: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'list';
      readonly start: number | null;
      readonly items: readonly (readonly Inline[])[];
    };

const DEEPEST = 3;

/**
 * The part of Markdown that people write in a chat: bold, italic, code, lists, quotes, links. Everything else,
 * HTML above all, stays the text it is. `names` are those that `@name` may call.
 */
export function parseMarkdown(message: string, names: readonly string[] = []): Block[] {
  const called = names.filter((name) => name !== '').sort((one, other) => other.length - one.length);
  const inline = (text: string) => parseInline(text, called, 0);
  const lines = message.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (/^```/.test(line)) {
      const end = lines.findIndex((other, index) => index > at && /^```\s*$/.test(other));
      const until = end === -1 ? lines.length : end;
      const inside = lines.slice(at + 1, until).join('\n');
      // ```code``` in one line.
      const alone = /^```(.+?)```\s*$/.exec(line)?.[1];
      blocks.push({ kind: 'code', text: alone ?? inside });
      at = alone === undefined ? until + 1 : at + 1;
      continue;
    }
    const kind = kindOf(line);
    let end = at + 1;
    while (end < lines.length && kindOf(lines[end] ?? '') === kind && !/^```/.test(lines[end] ?? '')) end++;
    const group = lines.slice(at, end);
    at = end;
    if (kind === 'quote') {
      const text = group.map((each) => each.replace(/^>\s?/, '')).join('\n');
      blocks.push({ kind, inside: inline(text) });
    } else if (kind === 'paragraph') {
      const text = group.join('\n').replace(/^\n+|\n+$/g, '');
      if (text !== '') blocks.push({ kind, inside: inline(text) });
    } else {
      const start = kind === 'ordered' ? Number.parseInt(line, 10) : null;
      blocks.push({ kind: 'list', start, items: group.map((each) => inline(each.replace(ITEM, ''))) });
    }
  }
  return blocks;
}

const ITEM = /^\s{0,3}(?:[-*•]|\d{1,4}[.)])\s+/;

/** A message in one line, without its marks: to quote it. */
export function plainText(message: string): string {
  const words = (inside: readonly Inline[]): string =>
    inside.map((each) => ('inside' in each ? words(each.inside) : each.text)).join('');
  return parseMarkdown(message)
    .map((block) => {
      if (block.kind === 'code') return block.text;
      return block.kind === 'list' ? block.items.map(words).join(', ') : words(block.inside);
    })
    .join(' ')
    .replaceAll('\n', ' ');
}

function kindOf(line: string): 'quote' | 'bullets' | 'ordered' | 'paragraph' {
  if (/^>/.test(line)) return 'quote';
  if (/^\s{0,3}[-*•]\s+\S/.test(line)) return 'bullets';
  return /^\s{0,3}\d{1,4}[.)]\s+\S/.test(line) ? 'ordered' : 'paragraph';
}

// Each alternative ends at its first closing mark and looks at no character twice.
const MARKS =
  /`([^`\n]+)`|\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*|(?<![A-Za-z0-9*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![A-Za-z0-9*])|(?<![A-Za-z0-9_])_(?=[^\s_])([^_\n]+?)(?<=\S)_(?![A-Za-z0-9_])|\[([^[\]\n]{1,200})\]\(([^\s()]{1,1000}(?:\([^\s()]*\)[^\s()]*)?)\)|(?:https?:\/\/|mailto:)\S+/gu;

function parseInline(text: string, names: readonly string[], depth: number): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    const part = partOf(match, names, depth);
    if (part === null) continue;
    if (match.index > end) parts.push(...mentions(text.slice(end, match.index), names));
    parts.push(...part);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(...mentions(text.slice(end), names));
  return parts;
}

function partOf(match: RegExpExecArray, names: readonly string[], depth: number): Inline[] | null {
  const [whole, code, strong, star, underscore, label, address] = match;
  if (code !== undefined) return [{ kind: 'code', text: code }];
  const emphasized = star ?? underscore;
  if (strong !== undefined || emphasized !== undefined) {
    if (depth >= DEEPEST) return null;
    const kind = strong === undefined ? 'emphasis' : 'strong';
    return [{ kind, inside: parseInline(strong ?? emphasized ?? '', names, depth + 1) }];
  }
  if (label !== undefined && address !== undefined) {
    const target = safeTarget(address);
    if (target === null) return null;
    const { href, host, warning } = target;
    return [{ kind: 'link', text: label, href, host: host || href, warning }];
  }
  return linkify(whole).map((part): Inline => {
    if (part.href === undefined) return { kind: 'text', text: part.text };
    return { kind: 'link', text: part.text, href: part.href, host: null, warning: part.warning };
  });
}

/** Text with the calls of members in it. */
function mentions(text: string, names: readonly string[]): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const name = names.find((each) => text.startsWith(each, at + 1));
    if (name === undefined) continue;
    if (at > end) parts.push({ kind: 'text', text: text.slice(end, at) });
    parts.push({ kind: 'mention', text: `@${name}` });
    end = at + 1 + name.length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}
