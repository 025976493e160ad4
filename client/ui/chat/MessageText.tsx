import { memo, useMemo } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView } from '../../meeting/chatView.ts';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';

/** What a message says, set as its author meant it. Made of elements only, never of HTML. */
export const MessageText = memo(function MessageText({
  text,
  mentions,
}: Pick<ChatMessageView, 'text' | 'mentions'>) {
  const blocks = useMemo(
    () =>
      parseMarkdown(
        text,
        mentions.map(({ name }) => name),
      ),
    [text, mentions],
  );
  return (
    <div className="chat-text" dir="auto">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no identity but their place
        <TextBlock key={index} block={block} />
      ))}
    </div>
  );
});

function TextBlock({ block }: { block: Block }) {
  switch (block.kind) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote>
          <Inlines parts={block.inside} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of a text have no identity but their place
        <li key={index}>
          <Inlines parts={item} />
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'paragraph':
      return (
        <p>
          <Inlines parts={block.inside} />
        </p>
      );
  }
}

function Inlines({ parts }: { parts: readonly Inline[] }) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no identity but their place
    <InlinePart key={index} part={part} />
  ));
}

function InlinePart({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code dir="ltr">{part.text}</code>;
    case 'mention':
      return <span className="chat-mention">{part.text}</span>;
    case 'strong':
      return (
        <strong>
          <Inlines parts={part.inside} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines parts={part.inside} />
        </em>
      );
    case 'link':
      return <SafeLink part={part} />;
  }
}

function SafeLink({ part }: { part: Inline & { kind: 'link' } }) {
  const m = useMessages();
  return (
    <>
      <a
        href={part.href}
        target="_blank"
        rel="noopener noreferrer"
        referrerPolicy="no-referrer"
        dir={part.host === null ? 'ltr' : 'auto'}
      >
        {part.text}
      </a>
      {part.host !== null && part.warning === null && (
        <span className="chat-host" dir="ltr">
          {` (${part.host})`}
        </span>
      )}
      {part.warning !== null && <span className="chat-lookalike">{m.chat.lookalike(part.warning)}</span>}
    </>
  );
}
