import type { AgendaContent, PollDefinition, PollRef, QuizAnswer, Tally } from '../e2ee/activityContent.ts';
import type { Attendee } from './activities/attendance.ts';
import type { PollStage } from './activities/polls.ts';
import type { Timer } from './activities/room.ts';

export interface PollView {
  readonly id: string;
  readonly ref: PollRef;
  readonly definition: PollDefinition;
  readonly stage: PollStage;
  /** Name of its maker; `mine` where this device is it. */
  readonly by: string;
  readonly mine: boolean;
  /** Options this person chose, in their order; null before a ballot. */
  readonly chosen: readonly number[] | null;
  /** Ballots so far, where this device can know. */
  readonly ballots: number | null;
  /** Whether this person may close it and share the results. */
  readonly mayHandle: boolean;
  readonly answer: QuizAnswer | null;
  /** Once shared; to those who may share it, once closed. */
  readonly tally: Tally | null;
  /** Who chose what, where the tally is shown and the poll is not anonymous. */
  readonly voters: readonly { readonly name: string; readonly chosen: readonly number[] }[] | null;
}

/** What people do together besides talking. */
export interface ActivitiesView {
  /** The newest last. */
  readonly polls: readonly PollView[];
  readonly timer: Timer | null;
  readonly agenda: AgendaContent | null;
  /** For those who may moderate, since they could; made and kept on this device alone. */
  readonly attendance: readonly Attendee[];
}

export const noActivities: ActivitiesView = { polls: [], timer: null, agenda: null, attendance: [] };

/** What a person wants done. A quiz comes with its answer, which stays here until it is closed. */
export type ActivityWish =
  | { readonly do: 'open'; readonly definition: PollDefinition; readonly answer: QuizAnswer | null }
  | { readonly do: 'vote'; readonly poll: string; readonly chosen: readonly number[] }
  | { readonly do: 'close' | 'share'; readonly poll: string }
  /** Starts a new timer, of so many milliseconds. */
  | { readonly do: 'startTimer'; readonly ms: number }
  | { readonly do: 'pauseTimer' | 'resumeTimer' | 'stopTimer' }
  | { readonly do: 'agenda'; readonly agenda: AgendaContent | null };
