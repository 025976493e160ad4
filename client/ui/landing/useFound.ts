import type { MeetingEntry, Schedule, SeriesId } from '../../meeting/library/entry.ts';
import type { LoadServices } from '../services.ts';
import { useLibrary } from '../useLibrary.ts';
import type { Choice } from './startChoice.ts';

/** A meeting just founded. */
export interface Founded {
  /** The whole address. */
  readonly link: string;
  readonly entry: MeetingEntry;
  /** Whether this device took it into its list of meetings. */
  readonly kept: boolean;
}

export interface FoundWish {
  readonly choice: Choice;
  readonly title: string;
  readonly passphrase: string | null;
  readonly schedule?: Schedule | null;
  readonly series?: SeriesId | null;
  /** Whether the next meeting is to start from these rules; yes unless told otherwise. */
  readonly remember?: boolean;
}

/** Founds meetings and notes them in this device's list. Rejects where the server refuses. */
export function useFound(services: LoadServices): (wish: FoundWish) => Promise<Founded> {
  const opened = useLibrary();
  return async ({ choice, title, passphrase, schedule = null, series = null, remember = true }) => {
    const { rules } = choice;
    const { foundMeeting } = await services();
    const { link, meeting } = await foundMeeting({
      policy: rules.policy,
      suite: rules.suite,
      ...(rules.label === null ? {} : { label: rules.label }),
      ...(passphrase === null ? {} : { passphrase }),
      ...(series === null ? {} : { series }),
    });
    const { pathname, hash } = new URL(link);
    const made: Omit<MeetingEntry, 'v' | 'changed'> = {
      meeting,
      title: title.trim(),
      path: `${pathname}${hash}`,
      role: 'host',
      created: Date.now(),
      sequence: 0,
      ended: false,
      schedule,
      series,
      passphrase: passphrase !== null,
      rules,
    };
    try {
      if (opened.state !== 'open') throw new Error('nothing is kept here');
      if (remember) await opened.library.rememberChoice(choice);
      return { link, entry: await opened.library.keep(made), kept: true };
    } catch {
      // The meeting is there all the same; its link is on the page.
      return { link, entry: { ...made, v: 1, changed: made.created }, kept: false };
    }
  };
}
