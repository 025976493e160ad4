import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessageView } from '../../../client/meeting/chatView.ts';
import { withChange, withMessage } from '../../../client/meeting/core/chatLog.ts';
import type { MemberView } from '../../../client/meeting/view.ts';
import { applyPatch, chatPatch } from '../../../client/meeting/worker/chatPatch.ts';
import { addressees, currentAddressee } from '../../../client/ui/chat/addressees.ts';
import { unreadSince } from '../../../client/ui/chat/draft.ts';
import { safeTarget } from '../../../client/ui/chat/linkify.ts';
import { type Block, type Inline, parseMarkdown } from '../../../client/ui/chat/markdown.ts';
import { deviceKey } from '../../../shared/ids.ts';
import { permissions } from '../../../shared/roles.ts';

function inlinesOf(block: Block): readonly Inline[] {
  if (block.kind === 'code') return [{ kind: 'text', text: block.text }];
  return block.kind === 'list' ? block.items.flat() : block.inside;
}

function textOf(part: Inline): string {
  return 'inside' in part ? part.inside.map(textOf).join('') : part.text;
}

const linksOf = (text: string) =>
  parseMarkdown(text)
    .flatMap(inlinesOf)
    .flatMap((part) => (part.kind === 'link' ? [part] : []));

describe('Markdown', () => {
  it('sets bold, italic, code, and what is inside them', () => {
    expect(parseMarkdown('a **b _c_** `d*e*f` *g*')).toEqual([
      {
        kind: 'paragraph',
        inside: [
          { kind: 'text', text: 'a ' },
          {
            kind: 'strong',
            inside: [
              { kind: 'text', text: 'b ' },
              { kind: 'emphasis', inside: [{ kind: 'text', text: 'c' }] },
            ],
          },
          { kind: 'text', text: ' ' },
          { kind: 'code', text: 'd*e*f' },
          { kind: 'text', text: ' ' },
          { kind: 'emphasis', inside: [{ kind: 'text', text: 'g' }] },
        ],
      },
    ]);
    expect(parseMarkdown('這是*重點*喔')[0]).toMatchObject({ inside: [{}, { kind: 'emphasis' }, {}] });
  });

  it('leaves alone what only looks like it', () => {
    for (const text of [
      '2*3*4',
      'snake_case_name',
      '** no **',
      'a * b * c',
      '`open',
      '<b>x</b>',
      '#tag',
      '_',
      '**',
    ]) {
      expect(parseMarkdown(text), text).toEqual([{ kind: 'paragraph', inside: [{ kind: 'text', text }] }]);
    }
  });

  it('knows lists, quotes and blocks of code', () => {
    expect(
      parseMarkdown('one\n- a\n- b\n3. c\n> d\n> e\n```\n**f**\n```\nend').map(({ kind }) => kind),
    ).toEqual(['paragraph', 'list', 'list', 'quote', 'code', 'paragraph']);
    expect(parseMarkdown('```ts\nlet a;\n\nlet b;')).toEqual([{ kind: 'code', text: 'let a;\n\nlet b;' }]);
    expect(parseMarkdown('3. c')).toMatchObject([{ start: 3 }]);
  });

  it('calls members by their whole name', () => {
    const [block] = parseMarkdown('@Ann Lee and @Ann, not @Bob', ['Ann', 'Ann Lee']);
    expect(
      block &&
        inlinesOf(block)
          .filter(({ kind }) => kind === 'mention')
          .map(textOf),
    ).toEqual(['@Ann Lee', '@Ann']);
  });

  it('links the web and mail only, and shows where a label leads', () => {
    expect(linksOf('[here](https://evil.example/x)')).toMatchObject([
      { text: 'here', href: 'https://evil.example/x', host: 'evil.example' },
    ]);
    expect(linksOf('https://example.org/a_b_c?d=*e*f mailto:a@example.org')).toMatchObject([
      { href: 'https://example.org/a_b_c?d=*e*f', host: null },
      { href: 'mailto:a@example.org' },
    ]);
    const dangerous = [
      '[x](javascript:alert(1))',
      '[x](JaVaScRiPt:alert(1))',
      '[x](data:text/html,<script>)',
      '[x](file:///etc/passwd)',
      '[x](//evil.example)',
      '[x](\\\\server\\share)',
      '[x](vbscript:x)',
      '[x](blob:https://a/b)',
      '[x](https:evil.example)',
      '[x](https://good.example@evil.example/)',
      '\\\\server\\share file://server/share smb://server',
    ];
    for (const text of dangerous) expect(linksOf(text), text).toEqual([]);
  });

  it('warns of hosts whose letters can be taken for others', () => {
    const warned = (address: string) => safeTarget(address)?.warning ?? null;
    expect(warned('https://аpple.com/')).toBe('xn--pple-43d.com');
    expect(warned('https://аррӏе.com/')).not.toBeNull();
    expect(warned('https://xn--pple-43d.com/')).toBe('xn--pple-43d.com');
    expect(warned('https://%D0%B0pple.com/')).toBe('xn--pple-43d.com');
    expect(warned('https://gооgle.com./')).not.toBeNull();
    for (const fine of [
      'https://example.org/а',
      'https://例子.tw/',
      'https://münchen.de/',
      'https://пример.рф/',
    ]) {
      expect(warned(fine), fine).toBeNull();
    }
  });

  it('loses no letter and takes no time, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '*',
            '_',
            '`',
            '[',
            ']',
            '(',
            ')',
            '@',
            ' ',
            'a',
            'b',
            '\n',
            '>',
            '-',
            'http://',
            '1.',
          ),
          {
            maxLength: 400,
          },
        ),
        (parts) => {
          const text = parts.join('');
          const letters = (all: string) => all.replace(/[^ab]/g, '');
          const shown = parseMarkdown(text, ['a']).flatMap(inlinesOf);
          // The first line of a block of code may name its language, which is not shown.
          fc.pre(!text.includes('```'));
          expect(
            letters(
              shown
                .map((part) => textOf(part) + (part.kind === 'link' && part.host ? part.href : ''))
                .join(''),
            ).length,
          ).toBe(letters(text).length);
        },
      ),
      { numRuns: 300 },
    );
    for (const nasty of ['*', '_', '`', '[', '(', '**a', '[a](', '@', '> ', 'http://a']) {
      parseMarkdown(nasty.repeat(4_000 / nasty.length), ['a']);
    }
  });
});

function message(number: number, change: Partial<ChatMessageView> = {}): ChatMessageView {
  return {
    id: `m${number}`,
    from: deviceKey.parse('A'.repeat(43)),
    name: 'Ann',
    self: false,
    text: `text ${number}`,
    at: number,
    state: 'sent',
    change: 'none',
    audience: { kind: 'everyone' },
    reply: null,
    mentions: [],
    file: null,
    ...change,
  };
}

describe('the chat on its way to the page', () => {
  it('is the same after each patch, and messages that did not change stay the same objects', () => {
    const picture = { type: 'image/webp' as const, width: 1, height: 1, bytes: new Uint8Array(1) };
    const file = { name: 'a', mime: 'image/png', size: 1, preview: picture };
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('add'), fc.nat(2_100)), { maxLength: 60 }), (steps) => {
        let worker: readonly ChatMessageView[] = Array.from({ length: 1_980 }, (_, i) => message(i));
        let page = applyPatch([], structuredClone(chatPatch([], worker)));
        let next = worker.length;
        for (const step of steps) {
          const before = worker;
          if (step === 'add') worker = withMessage(worker, message(next++, { file }));
          else worker = withChange(worker, `m${step}`, () => ({ text: 'changed', change: 'edited' }));
          const was = page;
          page = applyPatch(was, structuredClone(chatPatch(before, worker)));
          expect(page.length).toBe(worker.length);
          const kept = page.filter((each) => was.includes(each)).length;
          expect(kept).toBeGreaterThanOrEqual(page.length - 2);
        }
        expect(page).toEqual(worker);
      }),
      { numRuns: 40 },
    );
    const many = Array.from({ length: 400 }, (_, i) => i).reduce(
      (chat, i) => withMessage(chat, message(i, { file })),
      [] as readonly ChatMessageView[],
    );
    expect(many.filter((each) => each.file?.preview).length).toBeLessThanOrEqual(150);
  });

  it('counts what was not seen, beyond the two thousand that are kept as well', () => {
    const chat = [message(1), message(2, { self: true }), message(3)];
    expect(unreadSince(chat, 'm1')).toBe(1);
    expect(unreadSince(chat, 'm3')).toBe(0);
    expect(unreadSince(chat, 'fallen out')).toBe(2);
    expect(unreadSince(chat, null)).toBe(2);
  });
});

describe('to whom one may write', () => {
  const member = (letter: string, role: MemberView['role'], self = false) =>
    // Only what the choice depends on.
    ({ device: deviceKey.parse(`${letter}${'A'.repeat(42)}`), role, self }) as MemberView;
  const members = [member('B', 'participant', true), member('C', 'host'), member('D', 'participant')];
  const kinds = (...rights: (keyof typeof permissions)[]) =>
    addressees({ members, rights: new Set(rights) }).map((to) =>
      to.kind === 'person' ? to.device[0] : to.kind,
    );

  it('follows the rights', () => {
    expect(kinds('chat', 'chatHosts', 'privateChat')).toEqual(['everyone', 'hosts', 'C', 'D']);
    expect(kinds('chatHosts')).toEqual(['hosts', 'C']);
    expect(kinds('chat')).toEqual(['everyone']);
    expect(kinds()).toEqual([]);
  });

  it('never turns a private word into a public one', () => {
    const rights = new Set(Object.values(permissions));
    const gone = { kind: 'person' as const, device: deviceKey.parse(`E${'A'.repeat(42)}`) };
    expect(currentAddressee({ members, rights }, gone)).toBeNull();
    expect(currentAddressee({ members: members.slice(0, 1), rights }, { kind: 'hosts' })).toBeNull();
    expect(currentAddressee({ members, rights }, null)).toEqual({ kind: 'everyone' });
  });
});
