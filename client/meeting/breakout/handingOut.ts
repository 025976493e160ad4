import { fromBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Breakout } from '../../../shared/records/breakout.ts';
import { runsBreakouts } from '../../../shared/records/rights.ts';
import type { BreakoutSay, RoomKeysSaid } from '../../e2ee/breakoutContent.ts';
import type { CoreContext } from '../core/context.ts';
import type { GroupKeeper } from '../core/groupKeeper.ts';
import type { RoomSecrets } from './roomSecrets.ts';

/** The secret of a room comes by itself; one that did not is asked for after this, and again. */
const ASK_MS = 2_000;

export interface HandingOutParts {
  readonly secrets: RoomSecrets;
  /** The rooms that are open now. */
  readonly open: () => Breakout | null;
  readonly mayEnter: (device: DeviceKey, room: MeetingId) => boolean;
  readonly say: (say: BreakoutSay) => void;
}

/** Gets the secret of each room to those who may enter it, and to nobody else. */
export class HandingOut {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: HandingOutParts;
  #cancel: (() => void) | null = null;

  constructor(context: CoreContext, keeper: GroupKeeper, parts: HandingOutParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  /** All rooms' secrets, for those who need more than their own room's. Throws ProtocolError. */
  async giveAll(): Promise<void> {
    const breakout = this.#parts.open();
    if (!breakout) return;
    const all = breakout.rooms.map(({ meeting }) => meeting);
    const present = this.#keeper.present();
    const { chain } = this.#context.records;
    await this.give(
      breakout.entry === 'choice' ? present : present.filter((device) => runsBreakouts(chain, device)),
      all,
    );
  }

  /** Each alone: who is not a host opens only what was said aside to one person. Throws ProtocolError. */
  async give(devices: readonly DeviceKey[], rooms: readonly MeetingId[]): Promise<void> {
    const keys = this.#parts.secrets.of(rooms);
    const here = new Set(this.#keeper.present());
    if (keys.length === 0) return;
    for (const device of devices) {
      if (device === this.#self || !here.has(device)) continue;
      await this.#keeper.outbox.sendAside([device], { to: 'person', said: { type: 'roomKeys', keys } });
    }
  }

  /** Secrets said aside by one who may enter a room; each is checked against the records. */
  take(sender: DeviceKey, { keys }: RoomKeysSaid): void {
    const { secrets, open, mayEnter } = this.#parts;
    const breakout = open();
    if (!breakout) return;
    for (const { room, secret } of keys) {
      if (mayEnter(sender, room) && mayEnter(this.#self, room))
        secrets.take(breakout, room, fromBase64Url(secret));
    }
  }

  /** Another lacks a secret. Who opened the rooms answers; where that device is gone, another that may enter. */
  asked(sender: DeviceKey, room: MeetingId): void {
    const { secrets, open, mayEnter } = this.#parts;
    if (!secrets.has(room) || !mayEnter(sender, room) || !mayEnter(this.#self, room)) return;
    const able = this.#keeper.present().filter((device) => device !== sender && mayEnter(device, room));
    const { chain } = this.#context.records;
    const first =
      able.find((device) => device === open()?.by) ?? able.find((device) => runsBreakouts(chain, device));
    if ((first ?? able[0]) === this.#self) void this.give([sender], [room]).catch(() => undefined);
  }

  /** Asks for the secret of a room that this device may enter, until it has it. */
  ask(): void {
    if (this.#cancel || !this.#lacking) return;
    this.#cancel = this.#context.clock.after(ASK_MS, () => {
      this.#cancel = null;
      const room = this.#lacking;
      if (room) this.#parts.say({ do: 'want', room });
      this.ask();
    });
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  get #self(): DeviceKey {
    return this.#context.identity.key;
  }

  get #lacking(): MeetingId | null {
    const { secrets, open, mayEnter } = this.#parts;
    const rooms = this.#keeper.group ? (open()?.rooms ?? []) : [];
    const room = rooms.find(({ meeting }) => mayEnter(this.#self, meeting) && !secrets.has(meeting));
    return room?.meeting ?? null;
  }
}
