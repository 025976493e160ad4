import { useEffect, useRef, useState } from 'react';
import type { Messages } from '../../i18n/en.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';

/** Says to screen readers, politely, what others see happen: hands, messages, knocks, reactions. */
export function Announcer({ view, chatOpen }: { view: MeetingView; chatOpen: boolean }) {
  const m = useMessages();
  const before = useRef(view);
  const [text, setText] = useState('');

  useEffect(() => {
    const news = newsOf(before.current, view, chatOpen, m);
    before.current = view;
    if (news.length > 0) setText(news.join('. '));
  }, [view, chatOpen, m]);

  return (
    <p className="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}

function newsOf(old: MeetingView, now: MeetingView, chatOpen: boolean, m: Messages): string[] {
  const news: string[] = [];
  if (old.members !== now.members) {
    for (const member of now.members) {
      if (member.self || member.hand === null) continue;
      const earlier = old.members.find((each) => each.device === member.device);
      if (earlier?.hand === null) news.push(m.notices.handRaised(member.name));
    }
  }
  if (!chatOpen && old.chat !== now.chat) {
    const latest = now.chat.at(-1);
    const isNew = latest !== undefined && !old.chat.some((message) => message.id === latest.id);
    if (isNew && !latest.self) news.push(m.notices.message(latest.name));
  }
  if (old.knocks !== now.knocks && now.rights.has('admit')) {
    for (const knock of now.knocks) {
      if (!old.knocks.some((each) => each.knockId === knock.knockId)) news.push(m.notices.knock(knock.name));
    }
  }
  if (old.reactions !== now.reactions) {
    for (const reaction of now.reactions) {
      if (old.reactions.some((each) => each.id === reaction.id)) continue;
      const member = now.members.find((each) => each.device === reaction.from);
      const name = Object.entries(m.controls.reactions).find(([emoji]) => emoji === reaction.emoji)?.[1];
      if (member !== undefined && !member.self)
        news.push(m.notices.reacted(member.name, name ?? reaction.emoji));
    }
  }
  return news;
}
