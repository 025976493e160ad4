import { toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { deviceKey } from '../../../shared/ids.ts';
import type { WelcomeDelivery } from '../../../shared/protocol/lobby.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import { isShut, may, mayEnterBy, roleOf } from '../../../shared/records/rights.ts';
import type { Policy } from '../../../shared/roles.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import { signChallenge } from '../../e2ee/identity/device.ts';
import type { Phase } from '../phase.ts';
import type { Announcements } from './announcements.ts';
import type { CoreContext } from './context.ts';
import type { Door } from './door.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import type { LinkState } from './linkAccess.ts';
import { ChainError } from './records.ts';

export interface ArrivalHooks {
  /** The signed records were read for the first time, or anew. */
  onRecords(): void;
  /** The connection is back and the group goes on. */
  onResumed(): void;
  /** This device is not in the group any more. */
  onOutside(): void;
  /** This is over, with what the page shall say. */
  end(phase: Phase): void;
}

const REJOIN_MS = 300;
/** How soon at the earliest somebody asks again who was one too many, and how far apart those ask. */
const RATE_LIMITED_MS = 1_000;
const LONGEST_SPREAD_MS = 10_000;
/** A welcome may fail once for an honest reason: somebody was put out at the same moment. */
const FAILED_ENTRIES = 3;

/**
 * The way from the door into the group, at first and again after every loss: proves the device, reads
 * the records, founds or knocks, enters by a welcome.
 */
export class Arrival {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #door: Door;
  readonly #announcements: Announcements;
  readonly #hooks: ArrivalHooks;
  /** The person wants to be inside: after a loss the way back in is taken by itself. */
  #request: { readonly credential: Uint8Array; readonly message: string } | null = null;
  #failedEntries = 0;
  #cancelAgain: (() => void) | null = null;
  /** Whether anybody is in the meeting, as the server last said. */
  #running = false;

  constructor(
    context: CoreContext,
    parts: { keeper: GroupKeeper; door: Door; announcements: Announcements },
    hooks: ArrivalHooks,
  ) {
    this.#context = context;
    this.#keeper = parts.keeper;
    this.#door = parts.door;
    this.#announcements = parts.announcements;
    this.#hooks = hooks;
  }

  /** Goes in as the person of this card, now and whenever this device finds itself outside. */
  want(credential: Uint8Array, message: string): void {
    this.#request = { credential, message };
    this.#goIn();
  }

  get wanted(): boolean {
    return this.#request !== null;
  }

  /** Takes no further step inwards. Idempotent. */
  stop(): void {
    this.#request = null;
    this.#cancelAgain?.();
    this.#cancelAgain = null;
    this.#door.close();
  }

  /** Proves the device by signing the server's nonce, and takes up where things stand. */
  async identify(nonce: Uint8Array): Promise<void> {
    const { access, clock, identity, link, records, signaling } = this.#context;
    try {
      const signature = signChallenge(identity, link.meeting, nonce);
      const door = await signaling.request('session:identify', { device: identity.key, signature });
      if (this.#keeper.group) {
        if (!door.member) return this.outside();
        await this.#keeper.resume();
        return this.#hooks.onResumed();
      }
      records.read(door.records);
      // First, because some of what the records say can only be read with what the link opens.
      const state = access.unlock(records.chain, identity.key, clock.now());
      this.#hooks.onRecords();
      this.#running = door.group !== null;
      if (records.chain.ended) this.#hooks.end({ name: 'ended', by: 'host' });
      else this.#opened(state);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Tries a passphrase for a link that asks for one. */
  async tryPassphrase(passphrase: string): Promise<void> {
    const { access, clock, identity, records } = this.#context;
    if (!records.known || this.#context.store.state.phase.name !== 'passphrase') return;
    this.#phase({ name: 'passphrase', wrong: false, busy: true });
    const state = await access.tryPassphrase(passphrase, records.chain, identity.key, clock.now());
    this.#hooks.onRecords();
    if (state === 'passphrase') this.#phase({ name: 'passphrase', wrong: true, busy: false });
    else this.#opened(state);
  }

  /** What the link turned out to be. */
  #opened(state: LinkState): void {
    if (state === 'passphrase') this.#phase({ name: 'passphrase', wrong: false, busy: false });
    else if (state === 'unknown') this.#hooks.end({ name: 'bad-link', reason: 'unknown-invitation' });
    else if (state !== 'open') this.#hooks.end({ name: 'bad-link', reason: state });
    else if (this.#barred) this.#hooks.end({ name: 'denied', banned: true });
    else if (this.wanted) this.#goIn();
    else this.showDoor(this.#running);
  }

  /** The server refused the connection or a step inwards. */
  refused(error: ProtocolError): void {
    switch (error.code) {
      case 'unavailable':
        // The next connection takes this up again.
        return;
      case 'not-found':
        return this.#hooks.end({ name: 'bad-link', reason: 'unknown-meeting' });
      case 'ended':
        return this.#hooks.end({ name: 'ended', by: null });
      case 'banned':
        return this.#hooks.end({ name: 'denied', banned: true });
      case 'bad-invitation':
        return this.#hooks.end({ name: 'bad-link', reason: 'unknown-invitation' });
      case 'invitation-over':
        return this.#hooks.end({ name: 'bad-link', reason: 'revoked' });
      default:
        return this.#hooks.end({ name: 'failed', code: error.code });
    }
  }

  /** A host refused this device's knock. */
  denied(banned: boolean): void {
    // Whoever is inside was let in by a commit; only a record puts them out.
    if (this.#keeper.group) return;
    this.stop();
    this.#phase({ name: 'denied', banned });
  }

  /** The rule about who may come leaves this device out: asking would be in vain. */
  ruledOut(rule: Exclude<Policy['who'], 'anyone'>): void {
    this.stop();
    this.#phase({ name: 'denied', banned: false, rule });
  }

  /** Where this device stands in line. */
  placed(place: { position: number; attended: boolean; locked: boolean }): void {
    if (this.wanted && !this.#keeper.group)
      this.#phase({ name: 'waiting', ...place, sentBack: this.#sentBack });
  }

  /** Whether anybody is in the meeting has changed. */
  running(running: boolean): void {
    this.#running = running;
    if (this.wanted && !this.#keeper.group && !running) this.#goIn();
    else if (this.#context.store.state.phase.name === 'prejoin') this.showDoor(running);
  }

  /** A welcome arrived. One that does not hold leaves this device outside, and it asks again. */
  async enter(delivery: WelcomeDelivery): Promise<void> {
    if (!this.wanted) return;
    try {
      if (await this.#door.enter(delivery)) this.#failedEntries = 0;
    } catch (error) {
      // Another suite, or other parameters than the signed records fix: never by accident.
      const weaker =
        error instanceof GroupError && (error.code === 'wrong-suite' || error.code === 'wrong-context');
      if (weaker) this.#announcements.alarm({ kind: 'downgrade' });
      this.#failedEntries += 1;
      if (this.#failedEntries >= FAILED_ENTRIES) this.#announcements.alarm({ kind: 'fork' });
      this.outside();
    }
  }

  /** Out of the group without having been put out by a record: joins anew with fresh keys. */
  outside(): void {
    this.#keeper.leave();
    this.#hooks.onOutside();
    if (!this.wanted) return;
    this.#phase({ name: 'joining' });
    this.#context.clock.after(REJOIN_MS, () => {
      if (this.#context.signaling.state === 'connected') this.#goIn();
    });
  }

  /** Shows what awaits at the door. */
  showDoor(running = this.#running): void {
    const { records, identity } = this.#context;
    if (!records.known || !this.#context.access.known) return;
    const { chain } = records;
    const role = roleOf(chain, identity.key);
    this.#phase({ name: 'prejoin', running, lobby: !this.#free, role });
  }

  #goIn(): void {
    this.#cancelAgain?.();
    this.#cancelAgain = null;
    void this.#tryIn().catch((error: unknown) => {
      if (this.#comesAgain(error)) return;
      if (error instanceof ProtocolError && error.code !== 'unavailable') {
        this.#announcements.notice({ kind: 'request-failed', code: error.code });
      }
      this.#failed(error);
    });
  }

  /** Founds where this device may and nobody is there, otherwise knocks. */
  async #tryIn(): Promise<void> {
    const { records, identity } = this.#context;
    const request = this.#request;
    if (!request || !records.known || this.#keeper.group) return;
    const { chain } = records;
    const free = this.#free;
    this.#phase(free ? { name: 'joining' } : this.#waiting(chain));
    if (free && may(chain, identity.key, 'found')) {
      try {
        return await this.#keeper.found(request.credential);
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== 'group-exists') throw error;
      }
    }
    await this.#door.knock(request.credential, request.message);
  }

  /** Many may come from one address at once: whoever is too many for now asks again when told to, by itself. */
  #comesAgain(error: unknown): boolean {
    if (!(error instanceof ProtocolError) || error.code !== 'rate-limited') return false;
    if (!this.wanted) return true;
    const wait = Math.max(RATE_LIMITED_MS, error.retryAfterMs ?? 0);
    // Apart from the others, who were told the same time.
    const spread = Math.random() * Math.min(wait, LONGEST_SPREAD_MS);
    this.#cancelAgain = this.#context.clock.after(wait + spread, () => {
      this.#cancelAgain = null;
      if (this.#context.signaling.state === 'connected') this.#goIn();
    });
    return true;
  }

  #failed(error: unknown): void {
    if (error instanceof ChainError) this.#hooks.end({ name: 'bad-link', reason: 'wrong-host' });
    else if (error instanceof ProtocolError) this.refused(error);
    else this.#hooks.end({ name: 'failed', code: 'unavailable' });
  }

  /** Whether this device comes in without anybody's decision. */
  get #free(): boolean {
    const { access, clock, identity, records } = this.#context;
    return mayEnterBy(records.chain, identity.key, access.current.invitation.key, clock.now());
  }

  /** Barred from the series: no member's client lets this device in. */
  get #barred(): boolean {
    const { access, identity, records } = this.#context;
    const lasting = deviceKey.parse(toBase64Url(identity.lasting.publicKey));
    return access.bars.keepsOut(records.chain, identity.key, { lasting });
  }

  get #sentBack(): boolean {
    const { identity, records } = this.#context;
    return records.known && records.chain.sentBack.has(identity.key);
  }

  #waiting(chain: Chain): Phase {
    const sentBack = this.#sentBack;
    return { name: 'waiting', position: 1, attended: sentBack, locked: isShut(chain), sentBack };
  }

  #phase(phase: Phase): void {
    this.#context.store.set({ phase });
  }
}
