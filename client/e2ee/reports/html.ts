import type { Messages } from '../../i18n/en.ts';
import type { Language } from '../../i18n/language.ts';
import type { ReportBundle } from './bundle.ts';

export interface HtmlOptions {
  readonly words: Messages['report'];
  readonly language: Language;
  /** Whether the reporter's signature was checked by whoever writes this page. */
  readonly verified: boolean;
}

interface Person {
  readonly name: string;
  readonly device: string;
}

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin-top: 2rem; border-top: 1px solid; padding-top: 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
code, time { font-size: .875rem; opacity: .8; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; } figure { margin: 0; } li { margin-bottom: .5rem; }
.note { border-left: 3px solid; padding-left: .75rem; }
`;

/** Text as HTML that stays text. Names stand apart, so that their direction turns nothing around them. */
function asText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A report as one page to read: no script, nothing loaded from anywhere, everything in it escaped. */
export function reportHtml(bundle: ReportBundle, { words, language, verified }: HtmlOptions): string {
  const { file } = words;
  const zone = { dateStyle: 'medium', timeStyle: 'long' } as const;
  const date = new Intl.DateTimeFormat(language, zone);
  const time = (at: number) =>
    `<time datetime="${new Date(at).toISOString()}">${asText(date.format(at))}</time>`;
  const person = ({ name, device }: Person) => `<bdi>${asText(name)}</bdi> <code>${asText(device)}</code>`;
  const list = (items: readonly string[], none: string) =>
    items.length === 0
      ? `<p>${asText(none)}</p>`
      : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  const facts: readonly (readonly [string, string])[] = [
    [file.reason, asText(words.reasons[bundle.reason])],
    [file.at, time(bundle.at)],
    [file.reporter, person(bundle.reporter)],
    [file.about, bundle.about.length === 0 ? asText(file.nobody) : bundle.about.map(person).join('<br>')],
    [file.meeting, `<code>${asText(bundle.meeting)}</code>`],
    [file.epoch, String(bundle.epoch)],
    [file.head, `<code>${asText(bundle.head)}</code>`],
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${asText(file.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${asText(file.title)}</h1>
<dl>${facts.map(([name, value]) => `<dt>${asText(name)}</dt><dd>${value}</dd>`).join('')}</dl>
${verified ? `<p class="note">${asText(file.signed)}</p>` : ''}
<p class="note">${asText(file.limits)}</p>
<h2>${asText(file.words)}</h2>
<p class="words" dir="auto">${asText(bundle.text === '' ? file.noWords : bundle.text)}</p>
<h2>${asText(file.still)}</h2>
${stillOf(bundle, file, date)}
<h2>${asText(file.chat)}</h2>
${list(
  bundle.chat.map((said) => {
    const aside = said.aside ? ` · ${asText(file.aside)}` : '';
    const sent = said.file === null ? '' : `<br>${asText(file.file)}: <bdi>${asText(said.file)}</bdi>`;
    const text = `<br><span class="words" dir="auto">${asText(said.text)}</span>`;
    return `${time(said.at)} ${person(said)}${aside}${text}${sent}`;
  }),
  file.noChat,
)}
<h2>${asText(file.room)}</h2>
${list(
  bundle.room.map(({ here, ...member }) => `${person(member)} · ${asText(here ? file.here : file.gone)}`),
  file.nobody,
)}
</body>
</html>
`;
}

function stillOf(
  { still }: ReportBundle,
  file: Messages['report']['file'],
  date: Intl.DateTimeFormat,
): string {
  if (still === null) return `<p>${asText(file.noStill)}</p>`;
  const caption = asText(file.stillOf(still.of.name, still.source, date.format(still.at)));
  return `<figure><img alt="${caption}" src="data:${still.type};base64,${base64(still.bytes)}"><figcaption>${caption}</figcaption></figure>`;
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
