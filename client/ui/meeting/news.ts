import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { ChatMessageView } from '../../meeting/chatView.ts';
import type { KnockView, MeetingView, MemberView } from '../../meeting/view.ts';
import { isLasting, noticeText } from './noticeText.ts';

/** Something that screen readers are told; of what is `by` somebody, many become a number. */
export type News =
  | { readonly kind: 'joined' | 'left' | 'hand' | 'message' | 'knock'; readonly by: string }
  | { readonly kind: 'reaction'; readonly by: string; readonly emoji: string }
  | { readonly kind: 'text'; readonly text: string };

/** As much of a meeting as there is news about. */
export interface Scene {
  readonly notices: MeetingView['notices'];
  readonly members: readonly Pick<MemberView, 'device' | 'self' | 'name' | 'hand'>[];
  readonly chat: readonly Pick<ChatMessageView, 'id' | 'self' | 'name'>[];
  readonly knocks: readonly Pick<KnockView, 'knockId' | 'name'>[];
  readonly reactions: MeetingView['reactions'];
  readonly rights: MeetingView['rights'];
}

/** What is in view elsewhere on the page, and read from there. */
export interface Shown {
  readonly chat: boolean;
  readonly people: boolean;
}

const together = ['joined', 'left', 'hand', 'message', 'knock'] as const;

/** What has happened between two views. Lasting notices are left out: their banner is read. */
export function newsOf(old: Scene, now: Scene, shown: Shown, m: Messages, format: Format): News[] {
  return [
    ...noticesOf(old, now, m, format),
    ...handsOf(old, now),
    ...chatOf(old, now, shown),
    ...knocksOf(old, now, shown),
    ...reactionsOf(old, now),
  ];
}

/** One sentence for each kind of news, however much of it there is. */
export function say(news: readonly News[], m: Messages, format: Format): string {
  const sentences = together.flatMap((kind) => {
    const names = news.flatMap((each) => (each.kind === kind ? [each.by] : []));
    const different = [...new Set(names)];
    if (names.length === 0) return [];
    return [
      different.length <= MOST_NAMES && (kind !== 'message' || names.length === 1)
        ? m.news[kind](format.list(different))
        : m.news.many[kind](names.length),
    ];
  });
  const reactions = news.filter((each) => each.kind === 'reaction');
  const [reaction] = reactions;
  if (reactions.length > 1) sentences.push(m.news.many.reaction(reactions.length));
  else if (reaction) sentences.push(m.notices.reacted(reaction.by, nameOf(reaction.emoji, m)));
  const texts = news.flatMap((each) => (each.kind === 'text' ? [each.text] : []));
  return [...sentences, ...new Set(texts)].join('. ');
}

const MOST_NAMES = 2;

function nameOf(emoji: string, m: Messages): string {
  return Object.entries(m.controls.reactions).find(([each]) => each === emoji)?.[1] ?? emoji;
}

/** What is new in a list that grows at its end. */
function added<Item extends { readonly id: string }>(
  old: readonly Item[],
  now: readonly Item[],
): readonly Item[] {
  if (old === now) return [];
  const known = new Set(old.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
}

function noticesOf(old: Scene, now: Scene, m: Messages, format: Format): News[] {
  return added(old.notices, now.notices).flatMap(({ notice }): News[] => {
    if (isLasting(notice)) return [];
    if (notice.kind === 'joined' || notice.kind === 'left') return [{ kind: notice.kind, by: notice.name }];
    return [{ kind: 'text', text: noticeText(notice, m, format) }];
  });
}

function handsOf(old: Scene, now: Scene): News[] {
  if (old.members === now.members) return [];
  const before = new Map(old.members.map(({ device, hand }) => [device, hand]));
  return now.members.flatMap(({ device, self, hand, name }): News[] =>
    !self && hand !== null && before.get(device) === null ? [{ kind: 'hand', by: name }] : [],
  );
}

function chatOf(old: Scene, now: Scene, shown: Shown): News[] {
  if (shown.chat) return [];
  return added(old.chat, now.chat).flatMap(({ self, name }): News[] =>
    self ? [] : [{ kind: 'message', by: name }],
  );
}

/** Without the list, a banner says who waits. */
function knocksOf(old: Scene, now: Scene, shown: Shown): News[] {
  if (!shown.people || old.knocks === now.knocks || !now.rights.has('admit')) return [];
  const known = new Set(old.knocks.map(({ knockId }) => knockId));
  return now.knocks.flatMap(({ knockId, name }): News[] =>
    known.has(knockId) ? [] : [{ kind: 'knock', by: name }],
  );
}

function reactionsOf(old: Scene, now: Scene): News[] {
  return added(old.reactions, now.reactions).flatMap(({ from, emoji }): News[] => {
    const member = now.members.find(({ device }) => device === from);
    return member === undefined || member.self ? [] : [{ kind: 'reaction', by: member.name, emoji }];
  });
}
