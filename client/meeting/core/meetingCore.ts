import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { EventOf } from '../../../shared/protocol/events.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import { displayName, makeCard } from '../../e2ee/identity/card.ts';
import type { Activities } from '../activities/activities.ts';
import { ActivityMemory } from '../activities/activityMemory.ts';
import type { Breakouts } from '../breakout/breakouts.ts';
import type { Addressee } from '../chatView.ts';
import type { Phase } from '../phase.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { ownIdToken } from '../staff.ts';
import type { Attachments, FilePorts } from './attachments.ts';
import type { BoardDoor } from './boardDoor.ts';
import type { Captions } from './captions.ts';
import { phaseAfterClosing } from './closing.ts';
import { type CoreContext, openContext, type Surroundings } from './context.ts';
import type { Control } from './control.ts';
import type { InvitationBook } from './invitations.ts';
import { requestMedia } from './mediaRequest.ts';
import { CoreParts } from './parts.ts';
import type { People } from './people.ts';
import type { Recovery } from './recovery.ts';
import type { Reports } from './reports.ts';
import type { SeriesBars } from './seriesBars.ts';
import type { CoreState } from './state.ts';
import type { Talk } from './talk.ts';
import type { Watchers } from './watchers.ts';
import { ruleAgainst } from './whoMayCome.ts';

export interface CoreOptions extends Surroundings {
  readonly files: FilePorts;
  /** Gets the parts of the state that changed. */
  readonly publish: (change: Partial<CoreState>) => void;
}

const WORDS_KEPT = 20;

/** What the page's media may have to report. */
export type MediaAlarm = 'unsealed-media' | 'own-media-stopped' | 'downgrade';

/** One device's part in one meeting, without its media. Runs in a worker of the page, or in Node. */
export class MeetingCore {
  readonly #context: CoreContext;
  readonly #parts: CoreParts;
  readonly people: People;
  readonly talk: Talk;
  readonly captions: Captions;
  readonly activities: Activities;
  readonly board: BoardDoor;
  readonly files: Attachments;
  readonly control: Control;
  readonly reports: Reports;
  readonly invitations: InvitationBook;
  readonly recovery: Recovery;
  readonly seriesBars: SeriesBars;
  readonly watchers: Watchers;
  readonly breakouts: Breakouts;
  #closed = false;

  /** Reads this device's keys and starts to connect. */
  static async open({ files, publish, ...around }: CoreOptions): Promise<MeetingCore> {
    const context = await openContext(around, publish);
    const memory = await ActivityMemory.open(context.keyStore, context.link.meeting, context.clock);
    const core = new MeetingCore(context, files, memory);
    await core.#parts.load();
    context.store.set({ self: context.identity.key });
    core.#listen();
    return core;
  }

  private constructor(context: CoreContext, files: FilePorts, memory: ActivityMemory) {
    const parts = new CoreParts(context, files, memory, (phase) => this.#end(phase));
    this.#context = context;
    this.#parts = parts;
    this.people = parts.people;
    this.talk = parts.talk;
    this.captions = parts.captions;
    this.activities = parts.activities;
    this.board = parts.board;
    this.files = parts.files;
    this.control = parts.control;
    this.reports = parts.reports;
    this.invitations = parts.invitations;
    this.recovery = parts.recovery;
    this.seriesBars = parts.seriesBars;
    this.watchers = parts.watchers;
    this.breakouts = parts.breakouts;
  }

  get state(): CoreState {
    return this.#context.store.state;
  }

  get meeting(): MeetingId {
    return this.#context.link.meeting;
  }

  /** A request about media, as `requestMedia` makes it. Throws ProtocolError. */
  requestMedia<Name extends RequestName>(
    name: Name,
    payload: RequestOf<Name>,
  ): Promise<ResponseOf<Name> | ResponseOf<'media:createTransport'>> {
    return requestMedia(this.#context, this.#parts.announcements, name, payload);
  }

  get signaling(): Signaling {
    return this.#context.signaling;
  }

  /** Goes in, or knocks and waits. The name must be acceptable; see `displayName`. */
  join(name: string, message: string): void {
    const { clock, identity, keyStore, link, records, store } = this.#context;
    const accepted = displayName.safeParse(name);
    if (!accepted.success)
      return this.#parts.announcements.notice({ kind: 'request-failed', code: 'bad-request' });
    store.set({ name: accepted.data });
    const want = (idToken?: string) => {
      const rule = ruleAgainst(this.#context, idToken);
      if (rule) return this.#parts.arrival.ruledOut(rule);
      this.#parts.arrival.want(makeCard(identity, link.meeting, accepted.data, idToken), message);
    };
    const staff = records.known ? records.chain.policy.staff : null;
    if (staff === null) return want();
    // Without it this device comes as a guest would.
    const own = ownIdToken(keyStore, identity, staff, clock.now()).catch(() => undefined);
    void own.then((idToken) => {
      if (!this.#closed) want(idToken);
    });
  }

  tryPassphrase(passphrase: string): void {
    this.attempt(this.#parts.arrival.tryPassphrase(passphrase));
  }

  /** Makes this device a host by the code that was written down. */
  recover(code: string): void {
    const recovered = this.recovery.recover(code).then(() => {
      this.#parts.events.showRules();
      if (!this.#parts.keeper.group) this.#parts.arrival.showDoor();
    });
    this.attempt(recovered);
  }

  /** Shows the failure of anything the person tried. */
  attempt(work: Promise<unknown>): void {
    this.#parts.writer.attempt(work);
  }

  /** Lowers hands, for the others and on this page: the stream brings nobody their own words. */
  lowerHand(device: DeviceKey | 'everyone'): void {
    const { key } = this.#context.identity;
    if (!this.#parts.rules.mayNow(key, 'moderate')) return;
    this.control.lowerHand(device);
    this.people.takeLowered(device, key);
  }

  answerAsk(id: string): void {
    this.#parts.asks.settle(id);
  }

  withdraw(): void {
    this.#parts.arrival.stop();
    this.#context.signaling.request('lobby:withdraw', {}).catch(() => undefined);
    this.#parts.arrival.showDoor();
  }

  /** Ends the meeting for all, and its breakout rooms before it. */
  end(): void {
    this.attempt(this.ending());
  }

  /** Throws ProtocolError. */
  async ending(): Promise<void> {
    // Rooms that cannot be closed must not keep the meeting from ending.
    await this.breakouts.close().catch(() => undefined);
    await this.control.ending();
  }

  /** Leaves because the person wants to. */
  leave(): void {
    this.activities.forget();
    this.goAway();
  }

  /** Leaves as a page does that closes, or is loaded anew: the person may be back in a moment. */
  goAway(): void {
    const { signaling } = this.#context;
    const close = () => signaling.close();
    signaling.request('session:leave', {}).then(close, close);
    this.#parts.stop();
    this.#show({ name: 'left' });
  }

  sendChat(text: string, to?: Addressee, reply?: string | null): void {
    if (this.#parts.hostWatch.frozen && !isStaff(this.#context.records.chain, this.#context.identity.key)) {
      return this.#parts.announcements.notice({ kind: 'request-failed', code: 'forbidden' });
    }
    this.talk.say(text, to, reply);
  }

  acknowledgeAlarm(id: string): void {
    const alarm = this.#parts.announcements.acknowledge(id);
    if (alarm?.kind !== 'identity-changed') return;
    this.people.accept(alarm.device);
    this.talk.release(alarm.device);
  }

  dismissNotice(id: string): void {
    this.#parts.announcements.dismiss(id);
  }

  /** The page's media could not be trusted. */
  reportMedia(kind: MediaAlarm, device: DeviceKey): void {
    this.#parts.announcements.alarm(kind === 'unsealed-media' ? { kind, device } : { kind });
  }

  /** Leaves for good and erases keys. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.stop();
    this.#context.signaling.close();
  }

  /** Over for good: the way back is to open the meeting anew. */
  #end(phase: Phase): void {
    // Where another tab took over, it is that tab's.
    if (phase.name !== 'replaced' && phase.name !== 'failed') this.activities.forget();
    this.#parts.stop();
    this.#show(phase);
    this.#context.signaling.close();
  }

  #show(phase: Phase): void {
    this.#context.store.set({ members: [], reactions: [], phase });
  }

  #listen(): void {
    const { clock, signaling, store, frames } = this.#context;
    let lostAt: number | null = null;
    signaling.onState((connection) => {
      store.set({ connection });
      if (connection !== 'connected') lostAt ??= clock.now();
      else if (lostAt !== null) {
        this.#parts.pulse.excuse(clock.now() - lostAt);
        lostAt = null;
      }
    });
    signaling.onRefused((error) => this.#parts.arrival.refused(error));
    signaling.on('session:challenge', ({ nonce, serverTime }) => {
      this.breakouts.setServerTime(serverTime);
      void this.#parts.arrival.identify(nonce);
    });
    signaling.on('session:closed', ({ reason }) => this.#onClosed(reason));
    signaling.on('server:draining', ({ until }) => this.#parts.announcements.maintenance(until));
    signaling.on('lobby:state', (place) => this.#parts.arrival.placed(place));
    signaling.on('lobby:denied', ({ banned }) => this.#parts.arrival.denied(banned));
    signaling.on('lobby:word', ({ sealed }) => this.#onWord(sealed));
    signaling.on('lobby:welcome', (delivery) => void this.#parts.arrival.enter(delivery));
    signaling.on('lobby:knocks', ({ added, removed }) => void this.#parts.porter.take(added, removed));
    signaling.on('group:running', ({ running }) => this.#parts.arrival.running(running));
    signaling.on('stream:entries', ({ entries }) => void this.#parts.keeper.take(entries));
    signaling.on('group:relayed', ({ datagrams }) => {
      for (const { bytes, sender } of datagrams) void this.#parts.keeper.takeRelayed(bytes, sender);
    });
    frames.onMessage((message) => {
      if (message.type !== 'checkpoint') return;
      const { bytes } = message;
      // Unstated frames would cut this device off: they are stated again with the next ones.
      this.#parts.keeper.stateFrames(bytes).catch(() => frames.post({ type: 'unsent', bytes }));
    });
    store.set({ connection: signaling.state });
    signaling.connect();
  }

  #onWord(sealed: Uint8Array): void {
    const { store } = this.#context;
    const word = this.#parts.door.openWord(sealed);
    if (word && !this.#parts.keeper.group)
      store.set({ words: [...store.state.words, word].slice(-WORDS_KEPT) });
  }

  #onClosed(reason: EventOf<'session:closed'>['reason']): void {
    const phase = phaseAfterClosing(reason);
    if (phase) this.#end(phase);
  }
}
