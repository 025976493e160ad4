import { toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { Permission } from '../../../shared/roles.ts';
import {
  type Activity,
  type ActivityAct,
  agendaContent,
  type Ballot,
  type KnownPoll,
  pollDefinition,
  type QuizAnswer,
} from '../../e2ee/activityContent.ts';
import type { Aside } from '../../e2ee/content.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { ActivityWish, PollView } from '../activityView.ts';
import type { CoreContext } from '../core/context.ts';
import type { GroupKeeper } from '../core/groupKeeper.ts';
import { requestFailed } from '../core/requestFailed.ts';
import type { Notice } from '../noticeView.ts';
import type { ActivityMemory, RememberedActivities } from './activityMemory.ts';
import { type Attendee, noteAttendance } from './attendance.ts';
import { chosenIn, countBallots, fits, markBallot } from './ballots.ts';
import { applyToPolls, keyOf, mayHandle, noPolls, type Poll, type Polls, tallyOf, tellOf } from './polls.ts';
import { emptyBoard, type RoomBoard, timerNow, withAgenda, withIntroduction, withTimer } from './room.ts';

/** What activities ask of the rest of the core. */
export interface ActivityParts {
  readonly nameOf: (device: DeviceKey) => string;
  readonly notice: (notice: Notice) => void;
  /** A right as of this moment; see `RulesView`. */
  readonly mayNow: (device: DeviceKey, right: Permission) => boolean;
  readonly memory: ActivityMemory;
}

/**
 * Polls, timer, agenda and the attendance list of one meeting. What counts is what the stream brings, one's
 * own words included, so that all devices agree.
 */
export class Activities {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: ActivityParts;
  #polls: Polls = noPolls;
  #board: RoomBoard = emptyBoard;
  /** Right answers of one's own quizzes, until they are closed. */
  readonly #answers = new Map<string, QuizAnswer>();
  /** One's own sealed ballots, which only the maker can read back. */
  readonly #sealed = new Map<string, string>();
  #attendance: readonly Attendee[] = [];

  constructor(context: CoreContext, keeper: GroupKeeper, parts: ActivityParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  /** Does what the person wants; a refusal is shown as a notice. */
  want(wish: ActivityWish): void {
    this.#carryOut(wish).catch((error: unknown) => {
      this.#parts.notice(requestFailed(error));
    });
  }

  /** What a member with the right to moderate said, this one included; of anybody else it is passed over. */
  take(from: DeviceKey, { act }: Activity): void {
    if (!this.#parts.mayNow(from, 'moderate')) return;
    const { clock } = this.#context;
    switch (act.do) {
      case 'timer':
        this.#board = withTimer(this.#board, act.timer, clock.now());
        break;
      case 'agenda':
        this.#board = withAgenda(this.#board, act.agenda);
        break;
      case 'room':
        this.#board = withIntroduction(this.#board, act, clock.now());
        break;
      case 'known':
        this.#hearOf(from, act.known);
        break;
      default:
        this.#polls = applyToPolls(this.#polls, { ...act, from });
    }
    if (act.do === 'open' && from !== this.#context.identity.key)
      this.#parts.notice({ kind: 'poll-opened', by: this.#parts.nameOf(from) });
    this.#show();
  }

  takeBallot(from: DeviceKey, { poll, marks }: Ballot, audience: 'everyone' | Aside['to']): void {
    this.#polls = applyToPolls(this.#polls, {
      do: 'ballot',
      from,
      poll,
      marks,
      sealed: audience === 'person' && poll.maker === this.#context.identity.key,
    });
    this.#show();
  }

  /** People came and went. Newcomers are told what is going on by the one whose turn it is. */
  newEpoch(added: readonly DeviceKey[], removed: readonly DeviceKey[]): void {
    const { key: self } = this.#context.identity;
    this.#recall();
    const others = new Set(added);
    const staff = this.#keeper
      .present()
      .filter((device) => !others.has(device) && this.#parts.mayNow(device, 'moderate'));
    for (const device of removed)
      this.#polls = applyToPolls(this.#polls, { do: 'gone', device, staffed: staff.length > 0 });
    this.#show();
    if (added.length === 0 || others.has(self)) return;
    // `present` goes by leaf: all agree on who is first.
    const first = staff[0] === self;
    for (const poll of this.#polls.list) {
      const teller = staff.includes(poll.ref.maker) ? poll.ref.maker === self : first;
      if (teller) this.#introduce({ do: 'known', known: tellOf(poll) });
    }
    const { timer, agenda } = this.#board;
    if (first && (timer || agenda))
      this.#introduce({ do: 'room', timer: timer && timerNow(timer, this.#context.clock.now()), agenda });
  }

  /** Looks who is here, and at this person's rights. */
  note(): void {
    this.#show();
  }

  /** The person leaves, or the meeting is over: nothing stays on the device either. */
  forget(): void {
    this.#parts.memory.forget();
  }

  clear(): void {
    this.#attendance = [];
    this.#polls = noPolls;
    this.#board = emptyBoard;
    this.#answers.clear();
    this.#sealed.clear();
  }

  async #carryOut(wish: ActivityWish): Promise<void> {
    const { clock } = this.#context;
    const { timer } = this.#board;
    if (wish.do === 'vote') return this.#vote(this.#pollOf(wish.poll), wish.chosen);
    if (!this.#parts.mayNow(this.#context.identity.key, 'moderate')) throw new ProtocolError('forbidden');
    switch (wish.do) {
      case 'open': {
        const definition = pollDefinition.safeParse(wish.definition);
        if (!definition.success) throw new ProtocolError('bad-request');
        const id = toBase64Url(randomBytes(12));
        if (wish.answer) this.#answers.set(keyOf({ maker: this.#context.identity.key, id }), wish.answer);
        return this.#say({ do: 'open', id, definition: definition.data });
      }
      case 'close': {
        const { ref } = this.#pollOf(wish.poll);
        return this.#say({ do: 'close', poll: ref, answer: this.#answers.get(wish.poll) ?? null });
      }
      case 'share': {
        const { ref, definition, ballots } = this.#pollOf(wish.poll);
        const tally = definition.anonymous ? countBallots(definition, ballots.values()) : null;
        return this.#say({ do: 'share', poll: ref, tally });
      }
      case 'startTimer':
        return this.#say({ do: 'timer', timer: { total: wish.ms, left: wish.ms, running: true } });
      case 'pauseTimer':
      case 'resumeTimer': {
        if (!timer) return;
        const running = wish.do === 'resumeTimer';
        return this.#say({ do: 'timer', timer: { ...timerNow(timer, clock.now()), running } });
      }
      case 'stopTimer':
        return this.#say({ do: 'timer', timer: null });
      case 'agenda': {
        const agenda = agendaContent.nullable().safeParse(wish.agenda);
        if (!agenda.success) throw new ProtocolError('bad-request');
        return this.#say({ do: 'agenda', agenda: agenda.data });
      }
    }
  }

  async #vote({ ref, definition, stage }: Poll, chosen: readonly number[]): Promise<void> {
    const { identity } = this.#context;
    const marks = markBallot(definition, chosen);
    if (stage !== 'open' || !fits(definition, marks)) throw new ProtocolError('bad-request');
    const ballot: Ballot = { type: 'ballot', poll: ref, marks };
    if (!definition.anonymous) return this.#keeper.outbox.sendInOrder(ballot);
    if (ref.maker === identity.key) return this.takeBallot(identity.key, ballot, 'person');
    await this.#keeper.outbox.sendAside([ref.maker], { to: 'person', said: ballot });
    this.#sealed.set(keyOf(ref), marks);
    this.#show();
  }

  #pollOf(id: string): Poll {
    const poll = this.#polls.list.find(({ ref }) => keyOf(ref) === id);
    if (!poll) throw new ProtocolError('not-found');
    return poll;
  }

  #say(act: ActivityAct): Promise<void> {
    return this.#keeper.outbox.sendInOrder({ type: 'activity', act });
  }

  #introduce(act: ActivityAct): void {
    this.#keeper.outbox.send({ type: 'activity', act }).catch(() => undefined);
  }

  /** Whoever made a poll tells of it; others only once its maker is gone. */
  #mayTell(from: DeviceKey, maker: DeviceKey): boolean {
    if (from === maker) return true;
    return !(this.#keeper.present().includes(maker) && this.#parts.mayNow(maker, 'moderate'));
  }

  /** A poll that somebody told of; one's own ballot is sent again to a maker who had lost it. */
  #hearOf(from: DeviceKey, known: KnownPoll): void {
    const { maker } = known.poll;
    if (!this.#mayTell(from, maker)) return;
    const stage = () => this.#polls.list.find(({ ref }) => keyOf(ref) === keyOf(known.poll))?.stage;
    const before = stage();
    this.#polls = applyToPolls(this.#polls, { do: 'known', known, byMaker: from === maker });
    if (before !== 'lost' || stage() !== 'open') return;
    const poll = this.#pollOf(keyOf(known.poll));
    const own = this.#ownMarks(poll);
    if (own !== undefined) this.#vote(poll, chosenIn(own)).catch(() => undefined);
  }

  /** Once, as soon as this device may moderate: what it knew before a reload, and the others are told of it. */
  #recall(): void {
    const { key: self } = this.#context.identity;
    if (!this.#parts.mayNow(self, 'moderate')) return;
    const last = this.#parts.memory.take();
    if (!last) return;
    // Hosts who stayed know better: what they tell of others' polls, of timer and agenda is what counts.
    const staffed = this.#keeper.present().some((one) => one !== self && this.#parts.mayNow(one, 'moderate'));
    for (const known of last.polls)
      if (known.poll.maker === self || !staffed)
        this.#polls = applyToPolls(this.#polls, { do: 'remembered', known });
    for (const [key, answer] of last.answers) this.#answers.set(key, answer);
    for (const [key, marks] of last.sealed) this.#sealed.set(key, marks);
    this.#attendance = last.attendance;
    const { timer, agenda } = last;
    this.#board = { ...emptyBoard, timer, agenda };
    for (const poll of this.#polls.list)
      if (poll.ref.maker === self) this.#introduce({ do: 'known', known: tellOf(poll) });
  }

  #remember(): RememberedActivities {
    const { timer, agenda } = this.#board;
    return {
      polls: this.#polls.list.map((poll) => ({ ...tellOf(poll), ballots: [...poll.ballots] })),
      answers: [...this.#answers],
      sealed: [...this.#sealed],
      timer,
      agenda,
      attendance: this.#attendance.map((one) => ({ ...one })),
    };
  }

  #show(): void {
    const { clock, identity, store } = this.#context;
    const { timer, agenda } = this.#board;
    const moderates = this.#parts.mayNow(identity.key, 'moderate');
    this.#attendance = moderates ? noteAttendance(this.#attendance, store.state.members, clock.now()) : [];
    const activities = {
      polls: this.#polls.list.map((poll) => this.#viewOf(poll, moderates)),
      timer,
      agenda,
      attendance: this.#attendance,
    };
    store.set({ activities });
    if (moderates && store.state.phase.name === 'meeting') this.#parts.memory.keep(() => this.#remember());
  }

  #ownMarks({ ref, ballots }: Poll): string | undefined {
    return ballots.get(this.#context.identity.key) ?? this.#sealed.get(keyOf(ref));
  }

  #viewOf(poll: Poll, moderates: boolean): PollView {
    const { ref, definition, stage, ballots, answer } = poll;
    const { key: self } = this.#context.identity;
    const handles = moderates && mayHandle(poll, self);
    const id = keyOf(ref);
    const mine = ref.maker === self;
    const own = this.#ownMarks(poll);
    const shown = stage === 'shared' || (stage === 'closed' && handles);
    const counted = definition.anonymous && mine ? countBallots(definition, ballots.values()) : tallyOf(poll);
    const voters = [...ballots].map(([device, marks]) => ({
      name: this.#parts.nameOf(device),
      chosen: chosenIn(marks),
    }));
    return {
      id,
      ref,
      definition,
      stage,
      by: this.#parts.nameOf(ref.maker),
      mine,
      chosen: own === undefined ? null : chosenIn(own),
      ballots: definition.anonymous && !mine ? (poll.tally?.ballots ?? null) : ballots.size,
      mayHandle: handles,
      answer,
      tally: shown ? counted : null,
      voters: shown && !definition.anonymous ? voters : null,
    };
  }
}
