import type { Format } from '../../i18n/format.ts';
import type { useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView } from '../../meeting/chatView.ts';
import { audienceText } from './audienceText.ts';
import { fileSize } from './fileSize.ts';

/** The chat as a text that people can keep: who said what, when, and to whom where not to everyone. */
export function chatAsText(
  chat: readonly ChatMessageView[],
  m: ReturnType<typeof useMessages>,
  format: Format,
): string {
  const lines = chat.map((message) => {
    const { file, reply } = message;
    const aside = audienceText(message, m);
    const to = aside === null ? '' : ` (${aside})`;
    const edited = message.change === 'edited' ? ` [${m.chat.edited}]` : '';
    const quote = reply?.text ? `\n  > ${reply.name}: ${reply.text.replaceAll('\n', ' ')}` : '';
    const said =
      message.change === 'deleted'
        ? `[${m.chat.deleted}]`
        : file
          ? `[${file.name}, ${fileSize(file.size, format)}]`
          : message.text.replaceAll('\n', '\n  ');
    return `${format.time(message.at)} ${message.name}${to}${edited}:${quote}\n  ${said}\n`;
  });
  return `${lines.join('\n')}\n`;
}

/** Hands a text over as a download. */
export function downloadText(name: string, text: string): void {
  // With a mark of its encoding, which some editors need.
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/plain;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
