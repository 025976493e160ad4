import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { Schedule } from '../../meeting/library/entry.ts';

/** What an invitation says. */
export interface InvitationFacts {
  /** Empty where the meeting has no name. */
  readonly title: string;
  readonly link: string;
  readonly schedule: Schedule | null;
  readonly passphrase: boolean;
  /** Let in the first so many devices only. */
  readonly uses?: number | null;
  /** Milliseconds since 1970. */
  readonly expires?: number | null;
}

/** An invitation in one language, to be sent as it is. */
function inLanguage(facts: InvitationFacts, m: Messages, format: Format): string {
  const { title, link, schedule, passphrase, uses, expires } = facts;
  const lines = [
    title === '' ? m.invite.text.untitled : m.invite.text.titled(title),
    ...(schedule ? [m.invite.text.when(whenText(schedule, m, format))] : []),
    '',
    link,
    '',
    m.invite.text.how,
    ...(passphrase ? [m.invite.text.passphrase] : []),
    ...(uses === 1 ? [m.invite.text.once] : []),
    ...(expires ? [m.invite.text.until(format.moment(expires))] : []),
    m.invite.text.safe,
  ];
  return lines.join('\n');
}

/** When a meeting is, in words; the time zone is named unless it is that of the reader, `here`. */
export function whenText(
  schedule: Schedule,
  m: Messages,
  format: Format,
  here: string | null = null,
): string {
  const { start, minutes, repeats } = schedule;
  const zone = schedule.zone === here ? undefined : schedule.zone;
  const from = format.moment(start, zone);
  const to = format.time(start + minutes * 60_000, zone);
  const once = m.meetings.fromTo(from, to);
  return repeats ? m.meetings.repeating(once, m.meetings.rhythms[repeats.rhythm], repeats.times) : once;
}

/** An invitation in each of some languages, the first one first. */
export function invitationText(
  facts: InvitationFacts,
  languages: readonly { readonly messages: Messages; readonly format: Format }[],
): string {
  return languages.map(({ messages, format }) => inLanguage(facts, messages, format)).join('\n\n———\n\n');
}
