import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { Stage } from '../../shared/protocol/requests.ts';
import type { RecordCrypto } from '../../shared/records/chain.ts';
import type { Source } from '../../shared/records/record.ts';
import { may } from '../../shared/records/rights.ts';
import type { Permission } from '../../shared/roles.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaRoomEvent } from '../media/events.ts';
import type { MediaRoom } from '../media/mediaRoom.ts';
import type { MediaRooms } from '../media/rooms.ts';
import type { Caller, CommandOf, CommandType, ValueOf } from '../meeting/commands.ts';
import { decide } from '../meeting/decide.ts';
import { type CloseReason, type Effect, type ServerEvent, type Timer, timerKey } from '../meeting/effects.ts';
import { maySendNow } from '../meeting/hostGone.ts';
import type { MeetingRules, MeetingState, SessionId } from '../meeting/state.ts';
import type { MeetingStore } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { LazyRoom } from './room.ts';

/** How a meeting reaches its sockets. */
export interface Outbox {
  send(to: readonly SessionId[], event: ServerEvent): void;
  close(session: SessionId, reason: CloseReason): void;
}

export interface RuntimeParts {
  readonly outbox: Outbox;
  readonly store: MeetingStore;
  readonly media: MediaRooms;
  readonly clock: Clock;
  readonly log: Log;
  readonly crypto: RecordCrypto;
  readonly rules: MeetingRules;
  /** Told once a record that ends a meeting is stored. */
  readonly onEnded: (meeting: MeetingId) => void;
}

/** One meeting in memory: takes commands one at a time, decides, and carries out what follows. */
export class MeetingRuntime {
  readonly #meeting: MeetingId;
  readonly #parts: RuntimeParts;
  readonly #room: LazyRoom;
  readonly #timers = new Map<string, () => void>();
  #state: MeetingState;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(state: MeetingState, parts: RuntimeParts) {
    this.#meeting = state.chain.meeting;
    this.#state = state;
    this.#parts = parts;
    this.#room = new LazyRoom(
      this.#meeting,
      parts.media,
      (event) => this.#fromMedia(event),
      (error) => parts.log.error({ error, meeting: logTag(this.#meeting) }, 'media room did not open'),
    );
  }

  get meeting(): MeetingId {
    return this.#meeting;
  }

  /** Whether nothing would be lost by forgetting this meeting until somebody comes. */
  get idle(): boolean {
    return this.#state.group === null && this.#state.sessions.size === 0 && this.#timers.size === 0;
  }

  /** How far a connection has come. */
  stageOf({ session, device }: Caller): Stage {
    const { sessions, members } = this.#state;
    if (sessions.get(device) !== session) return 'connected';
    return members.has(device) ? 'member' : 'identified';
  }

  /** Names one stay of a device in one group, or null where it is no member. */
  stayOf(device: DeviceKey): string | null {
    const { group, members } = this.#state;
    const member = members.get(device);
    return group && member ? `${group.groupId} ${member.joined}` : null;
  }

  /** Whether the signed records give a device a right. */
  may(device: DeviceKey, right: Permission): boolean {
    return may(this.#state.chain, device, right);
  }

  maySend(device: DeviceKey, source: Source): boolean {
    return maySendNow(this.#state, device, source);
  }

  /** The meeting's media. For members only. Throws `media-unavailable`. */
  room(): Promise<MediaRoom> {
    return this.#room.get();
  }

  /**
   * Decides a command after those before it. `answer` runs once the decision stands and before any
   * event it causes is sent. Rejects with ProtocolError, leaving everything as it was.
   */
  submit<Type extends CommandType, Answer>(
    command: CommandOf<Type>,
    answer: (value: ValueOf<Type>) => Answer,
  ): Promise<Answer> {
    const run = this.#queue.then(() => this.#carryOut(command, answer));
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Stops timers and media. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#room.close();
  }

  async #carryOut<Type extends CommandType, Answer>(
    command: CommandOf<Type>,
    answer: (value: ValueOf<Type>) => Answer,
  ): Promise<Answer> {
    const { clock, crypto, rules } = this.#parts;
    if (this.#closed) throw new ProtocolError('unavailable');
    const decision = decide(this.#state, command, { now: clock.now(), crypto, rules });
    if (!decision.ok) throw new ProtocolError(decision.code);
    for (const effect of decision.effects) if (effect.type === 'persist') await this.#persist(effect);
    this.#state = decision.state;
    const answered = answer(decision.value);
    for (const effect of decision.effects) this.#performSafely(effect);
    return answered;
  }

  async #persist(effect: Extract<Effect, { type: 'persist' }>): Promise<void> {
    const { record, hash, prev, seq, ended } = effect;
    const outcome = await this.#parts.store.append(this.#meeting, {
      record,
      hash,
      prev,
      seq,
      ...(ended ? { endedAt: this.#parts.clock.now() } : {}),
    });
    if (outcome === 'conflict') throw new ProtocolError('chain-conflict');
    if (ended) this.#parts.onEnded(this.#meeting);
  }

  /** The decision stands by now: an effect that fails must not keep the others from happening. */
  #performSafely(effect: Effect): void {
    try {
      this.#perform(effect);
    } catch (error) {
      const { type: effectType } = effect;
      this.#parts.log.error({ error, effect: effectType, meeting: logTag(this.#meeting) }, 'effect failed');
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'persist':
        return;
      case 'send':
        this.#parts.outbox.send(effect.to, effect.event);
        return;
      case 'close':
        this.#parts.outbox.close(effect.session, effect.reason);
        return;
      case 'closeMedia':
        this.#room.closeDevice(effect.device);
        return;
      case 'stopSources':
        this.#room.stopSources(effect.device, effect.sources);
        return;
      case 'closeRoom':
        this.#room.close();
        return;
      case 'schedule':
        this.#schedule(effect.timer, effect.at);
        return;
      case 'cancel':
        this.#cancel(timerKey(effect.timer));
        return;
    }
  }

  #schedule(timer: Timer, at: number): void {
    const key = timerKey(timer);
    this.#cancel(key);
    const cancel = this.#parts.clock.at(at, () => {
      this.#timers.delete(key);
      this.submit({ type: 'timer', timer }, () => undefined).catch((error: unknown) => {
        if (this.#closed) return;
        this.#parts.log.error({ error, meeting: logTag(this.#meeting) }, 'timer failed');
      });
    });
    this.#timers.set(key, cancel);
  }

  #cancel(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  #fromMedia(event: MediaRoomEvent): void {
    const { sessions, members } = this.#state;
    const devices = event.to === 'everyone' ? [...members.keys()] : [event.to];
    const to = devices
      .filter((device) => members.has(device))
      .map((device) => sessions.get(device))
      .filter((session) => session !== undefined);
    if (to.length > 0) this.#parts.outbox.send(to, toServerEvent(event));
  }
}

function toServerEvent(event: MediaRoomEvent): ServerEvent {
  switch (event.name) {
    case 'media:producers':
      return { name: event.name, data: event.event };
    case 'media:reset':
      return { name: event.name, data: event.event };
    case 'media:consumerClosed':
      return { name: event.name, data: event.event };
    case 'media:consumerLayers':
      return { name: event.name, data: event.event };
    case 'media:consumerScore':
      return { name: event.name, data: event.event };
    case 'media:producerStopped':
      return { name: event.name, data: event.event };
  }
}
