import { z } from 'zod';
import { deviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';

/** Names a poll: nobody can speak for another's. */
export const pollRef = z.strictObject({ maker: deviceKey, id: z.string().regex(/^[A-Za-z0-9_-]{16}$/) });
export type PollRef = z.infer<typeof pollRef>;

/**
 * A ballot: one digit for each option, up to the most there can be, so that the length of a sealed one says
 * nothing. `0` is not chosen; in a ranked poll `1` is the first place and `a` the tenth.
 */
export const marks = z.string().regex(new RegExp(`^[0-9a]{${limits.pollOptions}}$`));

export const pollDefinition = z.strictObject({
  kind: z.enum(['single', 'multiple', 'ranked', 'quiz']),
  question: z.string().trim().min(1).max(limits.pollQuestionCharacters),
  options: z.array(z.string().trim().min(1).max(limits.pollOptionCharacters)).min(2).max(limits.pollOptions),
  /** Ballots are sealed to the maker, who alone counts. */
  anonymous: z.boolean(),
});
export type PollDefinition = z.infer<typeof pollDefinition>;

export const quizAnswer = z.strictObject({
  option: z
    .number()
    .int()
    .min(0)
    .max(limits.pollOptions - 1),
  why: z.string().max(limits.pollWhyCharacters),
});
export type QuizAnswer = z.infer<typeof quizAnswer>;

/** `counts` is null where so few voted that it would tell who chose what. */
export const tally = z.strictObject({
  ballots: z.number().int().nonnegative(),
  counts: z.array(z.number().int().nonnegative()).max(limits.pollOptions).nullable(),
});
export type Tally = z.infer<typeof tally>;

/** A poll told to newcomers. Without ballots where they are sealed. */
export const knownPoll = z.strictObject({
  poll: pollRef,
  definition: pollDefinition,
  stage: z.enum(['open', 'closed', 'shared', 'lost']),
  answer: quizAnswer.nullable(),
  tally: tally.nullable(),
  ballots: z.array(z.tuple([deviceKey, marks])).max(1_000),
});
export type KnownPoll = z.infer<typeof knownPoll>;

/** Milliseconds; the receiver counts on from when it hears of it, as clocks of devices differ. */
export const timerContent = z.strictObject({
  total: z.number().int().positive().max(limits.timerMs),
  left: z.number().int().nonnegative().max(limits.timerMs),
  running: z.boolean(),
});
export type TimerContent = z.infer<typeof timerContent>;

export const agendaContent = z.strictObject({
  items: z
    .array(
      z.strictObject({
        text: z.string().trim().min(1).max(limits.agendaCharacters),
        minutes: z.number().int().min(1).max(480).nullable(),
      }),
    )
    .max(limits.agendaItems),
  current: z.number().int().nonnegative().nullable(),
});
export type AgendaContent = z.infer<typeof agendaContent>;

export const ballot = z.strictObject({ type: z.literal('ballot'), poll: pollRef, marks });
export type Ballot = z.infer<typeof ballot>;

/** What only those with the right to moderate may say. */
export const activity = z.strictObject({
  type: z.literal('activity'),
  act: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('open'), id: pollRef.shape.id, definition: pollDefinition }),
    z.strictObject({ do: z.literal('close'), poll: pollRef, answer: quizAnswer.nullable() }),
    z.strictObject({ do: z.literal('share'), poll: pollRef, tally: tally.nullable() }),
    z.strictObject({ do: z.literal('known'), known: knownPoll }),
    z.strictObject({ do: z.literal('timer'), timer: timerContent.nullable() }),
    z.strictObject({ do: z.literal('agenda'), agenda: agendaContent.nullable() }),
    /** Timer and agenda, for newcomers. */
    z.strictObject({
      do: z.literal('room'),
      timer: timerContent.nullable(),
      agenda: agendaContent.nullable(),
    }),
  ]),
});
export type Activity = z.infer<typeof activity>;
export type ActivityAct = Activity['act'];
