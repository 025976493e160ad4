import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { Breakout } from '../../../shared/records/breakout.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { inGoodStanding, runsBreakouts } from '../../../shared/records/rights.ts';
import {
  type BreakoutSaid,
  type BreakoutSay,
  breakoutSaid,
  type RoomKeysSaid,
} from '../../e2ee/breakoutContent.ts';
import type { Aside } from '../../e2ee/content.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { openRoomNames } from '../../e2ee/records/roomNames.ts';
import type { BreakoutView, BreakoutWish } from '../breakoutView.ts';
import type { CoreContext } from '../core/context.ts';
import type { GroupKeeper } from '../core/groupKeeper.ts';
import type { RecordWriter } from '../core/recordWriter.ts';
import { inPortions } from './assignment.ts';
import { breakoutView } from './breakoutViewOf.ts';
import { HandingOut } from './handingOut.ts';
import { openRooms } from './opening.ts';
import { RoomSecrets } from './roomSecrets.ts';
import { Steward } from './steward.ts';
import { Whereabouts } from './whereabouts.ts';

export interface BreakoutParts {
  readonly writer: RecordWriter;
  readonly nameOf: (device: DeviceKey) => string;
}

/** How much longer each host in line waits before it sees to the rooms. */
const STAND_IN_MS = 1_500;
const RETRY_MS = 5_000;
const MAX_RECALL_S = 600;

/** The breakout rooms of a main meeting, on the device of one of its members. */
export class Breakouts {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: BreakoutParts;
  readonly #secrets: RoomSecrets;
  readonly #steward: Steward;
  readonly #where: Whereabouts;
  readonly #handingOut: HandingOut;
  /** How far the server's clock is ahead of this device's. */
  #ahead = 0;
  #opening = false;
  #broadcast: BreakoutView['broadcast'] = null;
  #cancelEnd: (() => void) | null = null;
  #cancelAligning: (() => void) | null = null;

  constructor(context: CoreContext, keeper: GroupKeeper, parts: BreakoutParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
    this.#secrets = new RoomSecrets(context.keyStore, context.link.meeting);
    this.#steward = new Steward(context, () => this.#over);
    this.#where = new Whereabouts((say) => this.#say(say));
    this.#handingOut = new HandingOut(context, keeper, {
      secrets: this.#secrets,
      open: () => this.#open,
      mayEnter: (device, room) => this.#mayEnter(device, room),
      say: (say) => this.#say(say),
    });
  }

  load(): Promise<void> {
    return this.#secrets.load();
  }

  /** What the server's clock says now; ends of rooms are told by it. */
  setServerTime(now: number): void {
    this.#ahead = now - this.#context.clock.now();
  }

  /** The way into a room that the signed records name, or null where this device may not or cannot go in. */
  linkOf(room: MeetingId): MeetingLink | null {
    const breakout = this.#open;
    if (!breakout || !this.#mayEnter(this.#self, room)) return null;
    return this.#secrets.linkOf(breakout, room);
  }

  /** This device has gone into a room, or come back. */
  setHere(room: MeetingId | null): void {
    this.#where.goTo(room);
    this.show();
  }

  /** Does what the person wants; a refusal is shown as a notice. */
  want(wish: BreakoutWish): void {
    this.#parts.writer.attempt(this.#carryOut(wish));
  }

  /** A record has been applied. */
  onRecord({ body, by }: RecordContent): void {
    switch (body.type) {
      case 'breakout':
        this.#broadcast = null;
        this.#where.clearCalls();
        break;
      case 'remove':
        this.#steward.expel(body.devices);
        break;
    }
    if (this.#breakout) this.#alignInTurn(by === this.#self);
    this.note();
  }

  take(sender: DeviceKey, { say }: BreakoutSaid): void {
    switch (say.do) {
      case 'here':
        this.#where.said(sender, say);
        break;
      case 'broadcast':
        if (!this.#runs(sender)) return;
        this.#broadcast = { id: crypto.randomUUID(), text: say.text, by: this.#parts.nameOf(sender) };
        break;
      case 'answered':
        if (this.#runs(sender)) this.#where.answered(say.device, say.device === this.#self);
        break;
      case 'want':
        this.#handingOut.asked(sender, say.room);
        return;
    }
    this.show();
  }

  /** Secrets of rooms, from those who run them or belong in them; each is checked against the records. */
  takeKeys(sender: DeviceKey, said: RoomKeysSaid, audience: 'everyone' | Aside['to']): void {
    if (audience === 'everyone') return;
    this.#handingOut.take(sender, said);
    this.show();
  }

  newEpoch(added: readonly DeviceKey[], removed: readonly DeviceKey[]): void {
    for (const device of removed) if (!added.includes(device)) this.#where.gone(device);
    if (added.length > 0 && !added.includes(this.#self)) this.#where.introduce();
    if (added.includes(this.#self)) this.#alignInTurn(false);
    this.note();
  }

  /** Looks at time, secrets and rights again. */
  note(): void {
    this.#watchEnd();
    this.#handingOut.ask();
    this.show();
  }

  /** Closes the rooms for good, before the main meeting ends. */
  async close(): Promise<void> {
    if (!this.#open || !this.#runs(this.#self)) return;
    await this.#parts.writer.append({ type: 'breakoutTime', until: 1, recall: true });
    await this.#steward.align();
  }

  /** Idempotent. */
  stop(): void {
    this.#handingOut.stop();
    this.#cancelEnd?.();
    this.#cancelAligning?.();
    this.#cancelEnd = null;
    this.#cancelAligning = null;
  }

  get #self(): DeviceKey {
    return this.#context.identity.key;
  }

  get #breakout(): Breakout | null {
    const { records } = this.#context;
    return records.known ? records.chain.breakout : null;
  }

  get #over(): boolean {
    const until = this.#breakout?.until ?? null;
    return until !== null && this.#serverNow >= until;
  }

  get #open(): Breakout | null {
    return this.#over ? null : this.#breakout;
  }

  get #serverNow(): number {
    return this.#context.clock.now() + this.#ahead;
  }

  #runs(device: DeviceKey): boolean {
    return runsBreakouts(this.#context.records.chain, device);
  }

  #mayEnter(device: DeviceKey, room: MeetingId): boolean {
    const { chain } = this.#context.records;
    const breakout = this.#open;
    if (!breakout || !inGoodStanding(chain, device)) return false;
    return breakout.entry === 'choice' || this.#runs(device) || breakout.assigned.get(device) === room;
  }

  async #carryOut(wish: BreakoutWish): Promise<void> {
    if (wish.do === 'call') {
      this.#where.call(wish.on);
      return this.show();
    }
    if (!this.#runs(this.#self)) throw new ProtocolError('forbidden');
    const { writer } = this.#parts;
    switch (wish.do) {
      case 'open':
        return this.#openRooms(wish.plan);
      case 'move':
        return this.#assign([{ room: wish.room, devices: wish.devices }]);
      case 'broadcast':
        return this.#broadcastText(wish.text);
      case 'time': {
        const { minutes } = wish;
        if (minutes !== null && !(minutes >= 1 && minutes <= limits.breakoutMinutes))
          throw new ProtocolError('bad-request');
        const until = minutes === null ? null : Math.round(this.#serverNow + minutes * 60_000);
        return writer.append({ type: 'breakoutTime', until, recall: false });
      }
      case 'recall': {
        const seconds = Math.min(MAX_RECALL_S, Math.max(0, wish.seconds));
        const until = Math.round(this.#serverNow + seconds * 1000);
        return writer.append({ type: 'breakoutTime', until, recall: true }, ({ breakout }) =>
          // Never later than they close anyway.
          Boolean(breakout && (breakout.until === null || breakout.until > until)),
        );
      }
      case 'answer':
        this.#where.answered(wish.device, false);
        this.show();
        return this.#keeper.outbox.send({ type: 'breakout', say: { do: 'answered', device: wish.device } });
    }
  }

  async #openRooms(plan: Parameters<typeof openRooms>[1]): Promise<void> {
    if (this.#opening || this.#open) throw new ProtocolError('forbidden');
    this.#opening = true;
    this.show();
    try {
      // What was open before is closed for good.
      if (this.#breakout) await this.#steward.align();
      const { opened, body, links } = await openRooms(this.#context, plan, this.#serverNow);
      await this.#parts.writer.append(body);
      const breakout = this.#breakout;
      if (!breakout) throw new ProtocolError('unavailable');
      for (const { meeting, secret } of links) this.#secrets.take(breakout, meeting, secret);
      const rooms = opened.map(({ meeting }, place) => ({
        room: meeting,
        devices: plan.people[place] ?? [],
      }));
      await this.#assign(rooms);
      await this.#handingOut.giveAll();
    } finally {
      this.#opening = false;
      this.show();
    }
  }

  /** Lets people into their rooms and sends them there, in this order: nobody stands before a closed door. */
  async #assign(
    rooms: readonly { readonly room: MeetingId | null; readonly devices: readonly DeviceKey[] }[],
  ): Promise<void> {
    const wanted = rooms.filter(({ devices }) => devices.length > 0);
    const expected = new Map(wanted.flatMap(({ room, devices }) => (room ? [[room, devices] as const] : [])));
    try {
      await this.#steward.expect(expected);
      for (const assignments of inPortions(wanted, limits.assignedAtOnce, 100))
        await this.#parts.writer.append({ type: 'assign', assignments });
    } finally {
      this.#steward.unexpect();
      this.#alignInTurn(true);
    }
    for (const { room, devices } of wanted) if (room) await this.#handingOut.give(devices, [room]);
  }

  async #broadcastText(text: string): Promise<void> {
    const said = breakoutSaid.safeParse({ type: 'breakout', say: { do: 'broadcast', text } });
    if (!said.success) throw new ProtocolError('bad-request');
    await this.#keeper.outbox.sendInOrder(said.data);
  }

  #say(say: BreakoutSay): void {
    this.#keeper.outbox.send({ type: 'breakout', say }).catch(() => undefined);
  }

  /** Wakes when the rooms close. */
  #watchEnd(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = null;
    const until = this.#open?.until ?? null;
    if (until === null) return;
    // Timers hold 24 days; rooms are never open for as long.
    this.#cancelEnd = this.#context.clock.after(Math.max(0, until - this.#serverNow) + 1, () => {
      this.#cancelEnd = null;
      this.#alignInTurn(false);
      this.note();
    });
  }

  /** Sees to the rooms: at once for an own record, otherwise in the order of those who could. */
  #alignInTurn(own: boolean): void {
    if (!this.#keeper.group || !this.#runs(this.#self) || !this.#breakout) return;
    // Rooms that are long closed need nobody.
    if (this.#over && this.#secrets.of(this.#breakout.rooms.map(({ meeting }) => meeting)).length === 0)
      return;
    const stewards = this.#keeper.present().filter((device) => this.#runs(device));
    const wait = own ? 0 : STAND_IN_MS * (1 + stewards.indexOf(this.#self));
    this.#alignAfter(wait);
  }

  #alignAfter(ms: number): void {
    this.#cancelAligning?.();
    this.#cancelAligning = this.#context.clock.after(ms, () => {
      this.#cancelAligning = null;
      this.#steward.align().then(
        () => {
          if (this.#over) this.#secrets.forget();
        },
        () => this.#alignAfter(RETRY_MS),
      );
    });
  }

  /** Publishes what is to be seen. */
  show(): void {
    const { store } = this.#context;
    if (!this.#context.records.known) return;
    const breakouts = {
      rooms: this.#keeper.group ? this.#view() : null,
      opening: this.#opening,
      mayRun: this.#runs(this.#self),
      people: this.#keeper.present().map((device) => ({
        device,
        name: this.#parts.nameOf(device),
        runs: this.#runs(device),
      })),
    };
    if (JSON.stringify(breakouts) !== JSON.stringify(store.state.breakouts)) store.set({ breakouts });
  }

  #view(): BreakoutView | null {
    const breakout = this.#open;
    if (!breakout) return null;
    const { access } = this.#context;
    return breakoutView({
      breakout,
      names: access.known ? openRoomNames(access.current, breakout.names) : [],
      self: this.#self,
      present: this.#keeper.present(),
      where: this.#where,
      runs: this.#runs(this.#self),
      ready: (room) => this.#mayEnter(this.#self, room) && this.#secrets.has(room),
      nameOf: this.#parts.nameOf,
      ahead: this.#ahead,
      broadcast: this.#broadcast,
    });
  }
}
