import { parseArgs } from 'node:util';
import { wholeNumber } from '../e2ee/measure.ts';

/** How large a meeting is put on, and for how long. */
export interface LoadSettings {
  readonly participants: number;
  /** Of them, how many send a camera. */
  readonly publishers: number;
  /** Of them, how many have their microphone on. */
  readonly microphones: number;
  /** Cameras that each participant looks at. */
  readonly tiles: number;
  /** Of one camera. */
  readonly kbps: number;
  readonly fps: number;
  /** Seconds, counted from when everybody is inside. */
  readonly duration: number;
  /** Participants that come in a second. */
  readonly joinRate: number;
  /** Participants in each process that open all they receive. */
  readonly openers: number;
  readonly processes: number;
  readonly suite: 'x-wing' | 'x25519';
}

/** What a crowd needs besides. */
export interface LoadOptions extends LoadSettings {
  readonly onFailure: (error: unknown) => void;
}

/** All of the command line. */
export interface LoadCommand {
  readonly settings: LoadSettings;
  /** The site to try; null for a server of its own on this machine. */
  readonly url: string | null;
  /** Bearer token of the site's metrics. */
  readonly metricsToken: string | null;
  /** Where the report goes, without extension. */
  readonly out: string;
}

const text = (value: string) => ({ type: 'string', default: value }) as const;

export const USAGE = `npm run load -- [options]

  --url URL            site to try; without it a server is started on this machine
  --participants 50    people in the meeting
  --publishers 5       of them with a camera on
  --microphones 3      of them with a microphone on
  --tiles 9            cameras that each of them looks at
  --kbps 500 --fps 15  of each camera
  --duration 60        seconds, once everybody is inside
  --join-rate 10       people who come in a second
  --openers 1          of each process, people who open all they receive
  --processes 1        to spread the people over
  --suite x-wing       or x25519, for very large meetings
  --metrics-token T    of the site, for figures of the server itself
  --out load-report    writes load-report.json and load-report.html
`;

/** Reads the command line. Throws RangeError for what is out of range, TypeError for what is unknown. */
export function readCommand(args: readonly string[]): LoadCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      participants: text('50'),
      publishers: text('5'),
      microphones: text('3'),
      tiles: text('9'),
      kbps: text('500'),
      fps: text('15'),
      duration: text('60'),
      'join-rate': text('10'),
      openers: text('1'),
      processes: text('1'),
      suite: text('x-wing'),
      'metrics-token': { type: 'string' },
      out: text('load-report'),
    },
  });
  const { suite } = values;
  if (suite !== 'x-wing' && suite !== 'x25519') throw new RangeError(`no suite: ${suite}`);
  const settings: LoadSettings = {
    participants: wholeNumber(values.participants),
    publishers: wholeNumber(values.publishers),
    microphones: wholeNumber(values.microphones),
    tiles: wholeNumber(values.tiles),
    kbps: wholeNumber(values.kbps),
    fps: wholeNumber(values.fps),
    duration: wholeNumber(values.duration),
    joinRate: wholeNumber(values['join-rate']),
    openers: wholeNumber(values.openers),
    processes: wholeNumber(values.processes),
    suite,
  };
  const most = Math.max(settings.publishers, settings.microphones, settings.processes);
  if (most > settings.participants) throw new RangeError('more publishers or processes than participants');
  return {
    settings,
    url: values.url === undefined ? null : new URL(values.url).origin,
    metricsToken: values['metrics-token'] ?? null,
    out: values.out,
  };
}
