import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { Stage } from '../../shared/protocol/requests.ts';
import type { RecordCrypto } from '../../shared/records/chain.ts';
import type { Source } from '../../shared/records/record.ts';
import { beginsSilent, may, runsBreakouts } from '../../shared/records/rights.ts';
import { hasStage, type Permission, type Policy } from '../../shared/roles.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Place } from '../cluster/place.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaRoomEvent } from '../media/events.ts';
import type { MediaRoom } from '../media/mediaRoom.ts';
import type { SpreadMedia } from '../media/nodes/spreadMedia.ts';
import type { Caller, CommandOf, CommandType, ValueOf } from '../meeting/commands.ts';
import { decide } from '../meeting/decide.ts';
import { type Effect, type ServerEvent, type Timer, timerKey } from '../meeting/effects.ts';
import { maySendNow } from '../meeting/hostGone.ts';
import type { MeetingRules, MeetingState } from '../meeting/state.ts';
import type { MeetingStore } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { Ledger, type LedgerParts } from './ledger.ts';
import { type Outbox, Outgoing } from './outgoing.ts';
import { LazyRoom } from './room.ts';

export interface RuntimeParts {
  readonly outbox: Outbox;
  readonly store: MeetingStore;
  readonly media: Pick<SpreadMedia, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly crypto: RecordCrypto;
  readonly rules: MeetingRules;
  readonly cluster: Cluster;
  readonly place: Place;
  /** Told once a record that ends a meeting is stored. */
  readonly onEnded: (meeting: MeetingId) => void;
}

export interface MeetingCounts {
  readonly members: number;
  readonly waiting: number;
  /** Devices that have proven their key and are connected now. */
  readonly connected: number;
}

/** One meeting in memory: takes commands one at a time, decides, and carries out what follows. */
export class MeetingRuntime {
  readonly #meeting: MeetingId;
  readonly #parts: RuntimeParts;
  readonly #room: LazyRoom;
  readonly #timers = new Map<string, () => void>();
  readonly #ledger: Ledger;
  /** Members whose media is gone, and who may not have been told: the news finds nobody where a connection is lost. */
  readonly #unaware: Set<DeviceKey>;
  readonly #outgoing: Outgoing;
  #state: MeetingState;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    state: MeetingState,
    parts: RuntimeParts,
    { journal, lost }: Pick<LedgerParts, 'journal' | 'lost'>,
  ) {
    this.#unaware = new Set(state.members.keys());
    this.#meeting = state.chain.meeting;
    this.#state = state;
    this.#parts = parts;
    const { clock, onEnded, outbox, store } = parts;
    this.#outgoing = new Outgoing({ outbox, clock, members: () => this.#state.members.size });
    this.#ledger = new Ledger({
      meeting: this.#meeting,
      journal,
      store,
      clock,
      lost: (error) => {
        this.close();
        lost(error);
      },
      onEnded,
    });
    this.#room = new LazyRoom(
      (listener) => parts.media.open(this.#meeting, listener, () => this.rules),
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

  /** How many are here. */
  get counts(): MeetingCounts {
    const { members, knocks, sessions } = this.#state;
    return { members: members.size, waiting: knocks.size, connected: sessions.size };
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

  /** The rules that hold now. */
  get rules(): Policy {
    return this.#state.chain.policy;
  }

  /** Whether the signed records give a device a right. */
  may(device: DeviceKey, right: Permission): boolean {
    return may(this.#state.chain, device, right);
  }

  /** Whether the signed records make a device one that opens breakout rooms. */
  runsBreakouts(device: DeviceKey): boolean {
    return runsBreakouts(this.#state.chain, device);
  }

  maySend(device: DeviceKey, source: Source): boolean {
    return maySendNow(this.#state, device, source);
  }

  /** Whether what a device newly offers is made paused, whatever it asks for. */
  beginsSilent(device: DeviceKey, source: Source): boolean {
    return beginsSilent(this.#state.chain, device, source);
  }

  /** Whether few send in this meeting, to many. */
  get hasStage(): boolean {
    return hasStage(this.#state.chain.policy);
  }

  /** A device sets its media up, so it knows. */
  knowsOfReset(device: DeviceKey): void {
    this.#unaware.delete(device);
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

  /** Sets the timers of a meeting that was taken over. */
  resume(effects: readonly Effect[]): void {
    for (const effect of effects) this.#performSafely(effect);
  }

  /** Settles once what was submitted so far is decided. */
  async quiet(): Promise<void> {
    await this.#queue;
  }

  /** Stops timers and media. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#outgoing.flush();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#room.close();
  }

  async #carryOut<Type extends CommandType, Answer>(
    command: CommandOf<Type>,
    answer: (value: ValueOf<Type>) => Answer,
  ): Promise<Answer> {
    const { clock, crypto, rules: limits } = this.#parts;
    if (this.#closed) throw new ProtocolError('unavailable');
    const now = clock.now();
    const decision = decide(this.#state, command, { now, crypto, rules: limits });
    if (!decision.ok) throw new ProtocolError(decision.code);
    const before = this.#state;
    const written = decision.state !== before && (await this.#ledger.write(before, now, command));
    for (const effect of decision.effects)
      if (effect.type === 'persist') await this.#ledger.persist(before, effect, written);
    this.#state = decision.state;
    if (this.rules !== before.chain.policy) this.#room.rulesChanged();
    const answered = answer(decision.value);
    for (const effect of decision.effects) this.#performSafely(effect);
    // Narrowed by its type, which TypeScript does not do for a type parameter.
    if (command.type === 'identify') this.#onIdentified(command as unknown as CommandOf<'identify'>);
    else if (command.type === 'relay') this.#onRelayed(command as unknown as CommandOf<'relay'>);
    return answered;
  }

  #onIdentified({ session, device }: Caller): void {
    if (!this.#state.members.has(device)) return;
    if (this.#unaware.has(device)) this.#parts.outbox.send([session], { name: 'media:reset', data: {} });
    this.#outgoing.catchUp(device, session);
  }

  #onRelayed({ device: sender, request: { bytes, to, keep } }: CommandOf<'relay'>): void {
    if (keep) this.#outgoing.keep({ sender, bytes }, to);
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
        this.#outgoing.send(effect.to, effect.event);
        return;
      case 'close':
        this.#outgoing.close(effect.session, effect.reason);
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
    if (event.name === 'media:reset') for (const device of devices) this.#unaware.add(device);
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
