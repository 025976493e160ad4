import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { EventOf } from '../../../shared/protocol/events.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import { displayName, makeCard } from '../../e2ee/identity/card.ts';
import { ActivityMemory } from '../activities/activityMemory.ts';
import type { Addressee } from '../chatView.ts';
import type { Phase } from '../phase.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { ownIdToken } from '../staff.ts';
import type { FilePorts } from './attachments.ts';
import { phaseAfterClosing } from './closing.ts';
import { type CoreContext, openContext, type Surroundings } from './context.ts';
import { requestMedia } from './mediaRequest.ts';
import { CoreParts } from './parts.ts';
import type { CoreState } from './state.ts';
import { ruleAgainst } from './whoMayCome.ts';

export interface CoreOptions extends Surroundings {
  readonly files: FilePorts;
  /** Gets the parts of the state that changed. */
  readonly publish: (change: Partial<CoreState>) => void;
}

const WORDS_KEPT = 20;

/** What the page's media may have to report. */
export type MediaAlarm = 'unsealed-media' | 'own-media-stopped' | 'downgrade';

/**
 * One device's part in one meeting, without its media: the parts of `CoreParts`, and what takes several of them.
 * Runs in a worker of the page, or in Node.
 */
export class MeetingCore extends CoreParts {
  readonly #context: CoreContext;
  #closed = false;

  /** Reads this device's keys and starts to connect. */
  static async open({ files, publish, ...around }: CoreOptions): Promise<MeetingCore> {
    const context = await openContext(around, publish);
    const memory = await ActivityMemory.open(context.keyStore, context.link.meeting, context.clock);
    const core = new MeetingCore(context, files, memory);
    await core.load();
    context.store.set({ self: context.identity.key });
    core.#listen();
    return core;
  }

  private constructor(context: CoreContext, files: FilePorts, memory: ActivityMemory) {
    super(context, files, memory, (phase) => this.#end(phase));
    this.#context = context;
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
    return requestMedia(this.#context, this.announcements, name, payload);
  }

  get signaling(): Signaling {
    return this.#context.signaling;
  }

  /** Goes in, or knocks and waits. The name must be acceptable; see `displayName`. */
  join(name: string, message: string): void {
    const { clock, identity, keyStore, link, records, store } = this.#context;
    const accepted = displayName.safeParse(name);
    if (!accepted.success) return this.announcements.notice({ kind: 'request-failed', code: 'bad-request' });
    store.set({ name: accepted.data });
    const want = (idToken?: string) => {
      const rule = ruleAgainst(this.#context, idToken);
      if (rule) return this.arrival.ruledOut(rule);
      this.arrival.want(makeCard(identity, link.meeting, accepted.data, idToken), message);
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
    this.attempt(this.arrival.tryPassphrase(passphrase));
  }

  /** Makes this device a host by the code that was written down. */
  recover(code: string): void {
    const recovered = this.recovery.recover(code).then(() => {
      this.events.showRules();
      if (!this.keeper.group) this.arrival.showDoor();
    });
    this.attempt(recovered);
  }

  /** Shows the failure of anything the person tried. */
  attempt(work: Promise<unknown>): void {
    this.writer.attempt(work);
  }

  /** Lowers hands, for the others and on this page: the stream brings nobody their own words. */
  lowerHand(device: DeviceKey | 'everyone'): void {
    const { key } = this.#context.identity;
    if (!this.rules.mayNow(key, 'moderate')) return;
    this.control.lowerHand(device);
    this.people.takeLowered(device, key);
  }

  answerAsk(id: string): void {
    this.asks.settle(id);
  }

  withdraw(): void {
    this.arrival.stop();
    this.#context.signaling.request('lobby:withdraw', {}).catch(() => undefined);
    this.arrival.showDoor();
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
    this.stop();
    this.#show({ name: 'left' });
  }

  sendChat(text: string, to?: Addressee, reply?: string | null): void {
    if (this.hostWatch.frozen && !isStaff(this.#context.records.chain, this.#context.identity.key)) {
      return this.announcements.notice({ kind: 'request-failed', code: 'forbidden' });
    }
    this.talk.say(text, to, reply);
  }

  acknowledgeAlarm(id: string): void {
    const alarm = this.announcements.acknowledge(id);
    if (alarm?.kind !== 'identity-changed') return;
    this.people.accept(alarm.device);
    this.talk.release(alarm.device);
  }

  dismissNotice(id: string): void {
    this.announcements.dismiss(id);
  }

  /** The page's media could not be trusted. */
  reportMedia(kind: MediaAlarm, device: DeviceKey): void {
    this.announcements.alarm(kind === 'unsealed-media' ? { kind, device } : { kind });
  }

  /** Leaves for good and erases keys. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.stop();
    this.#context.signaling.close();
  }

  /** Over for good: the way back is to open the meeting anew. */
  #end(phase: Phase): void {
    // Where another tab took over, it is that tab's.
    if (phase.name !== 'replaced' && phase.name !== 'failed') this.activities.forget();
    this.stop();
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
        this.pulse.excuse(clock.now() - lostAt);
        lostAt = null;
      }
    });
    signaling.onRefused((error) => this.arrival.refused(error));
    signaling.on('session:challenge', ({ nonce, serverTime }) => {
      this.breakouts.setServerTime(serverTime);
      void this.arrival.identify(nonce);
    });
    signaling.on('session:closed', ({ reason }) => this.#onClosed(reason));
    signaling.on('server:draining', ({ until }) => this.announcements.maintenance(until));
    signaling.on('lobby:state', (place) => this.arrival.placed(place));
    signaling.on('lobby:denied', ({ banned }) => this.arrival.denied(banned));
    signaling.on('lobby:word', ({ sealed }) => this.#onWord(sealed));
    signaling.on('lobby:welcome', (delivery) => void this.arrival.enter(delivery));
    signaling.on('lobby:knocks', ({ added, removed }) => void this.porter.take(added, removed));
    signaling.on('group:running', ({ running }) => this.arrival.running(running));
    signaling.on('stream:entries', ({ entries }) => void this.keeper.take(entries));
    signaling.on('group:relayed', ({ datagrams }) => {
      for (const { bytes, sender } of datagrams) void this.keeper.takeRelayed(bytes, sender);
    });
    frames.onMessage((message) => {
      if (message.type !== 'checkpoint') return;
      const { bytes } = message;
      // Unstated frames would cut this device off: they are stated again with the next ones.
      this.keeper.stateFrames(bytes).catch(() => frames.post({ type: 'unsent', bytes }));
    });
    store.set({ connection: signaling.state });
    signaling.connect();
  }

  #onWord(sealed: Uint8Array): void {
    const { store } = this.#context;
    const word = this.door.openWord(sealed);
    if (word && !this.keeper.group) store.set({ words: [...store.state.words, word].slice(-WORDS_KEPT) });
  }

  #onClosed(reason: EventOf<'session:closed'>['reason']): void {
    const phase = phaseAfterClosing(reason);
    if (phase) this.#end(phase);
  }
}
