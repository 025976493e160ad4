import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { BreakoutSay } from '../../e2ee/breakoutContent.ts';

interface Said {
  readonly room: MeetingId | null;
  readonly calling: boolean;
}

const inMain: Said = { room: null, calling: false };

/** Who is in which breakout room and who calls a host, as each says of itself. */
export class Whereabouts {
  readonly #say: (say: BreakoutSay) => void;
  readonly #others = new Map<DeviceKey, Said>();
  #own: Said = inMain;

  constructor(say: (say: BreakoutSay) => void) {
    this.#say = say;
  }

  get here(): MeetingId | null {
    return this.#own.room;
  }

  get calling(): boolean {
    return this.#own.calling;
  }

  /** Others who call from a room, the longest waiting first. */
  get calls(): { readonly device: DeviceKey; readonly room: MeetingId }[] {
    return [...this.#others].flatMap(([device, { room, calling }]) =>
      calling && room ? [{ device, room }] : [],
    );
  }

  /** Devices in a room, this one among them. */
  inside(room: MeetingId, self: DeviceKey): DeviceKey[] {
    const others = [...this.#others].flatMap(([device, said]) => (said.room === room ? [device] : []));
    return this.#own.room === room ? [self, ...others] : others;
  }

  /** This device is in a room now, or back; a call ends with that. */
  goTo(room: MeetingId | null): void {
    if (this.#own.room === room) return;
    this.#own = { room, calling: false };
    this.introduce(true);
  }

  /** This person calls a host, or no longer does. Only from a room. */
  call(on: boolean): void {
    if (this.#own.room === null || this.#own.calling === on) return;
    this.#own = { ...this.#own, calling: on };
    this.introduce(true);
  }

  said(device: DeviceKey, { room, calling }: Said): void {
    const before = this.#others.get(device);
    // A new call goes to the end of the line.
    if (!before?.calling || !calling) this.#others.delete(device);
    this.#others.set(device, { room, calling });
  }

  /** A host has taken a call. */
  answered(device: DeviceKey, own: boolean): void {
    if (own) this.call(false);
    const said = this.#others.get(device);
    if (said) this.#others.set(device, { ...said, calling: false });
  }

  clearCalls(): void {
    this.#own = { ...this.#own, calling: false };
    for (const [device, said] of this.#others) this.#others.set(device, { ...said, calling: false });
  }

  gone(device: DeviceKey): void {
    this.#others.delete(device);
  }

  /** Tells newcomers, or everybody after a change. */
  introduce(changed = false): void {
    if (changed || this.#own.room !== null) this.#say({ do: 'here', ...this.#own });
  }
}
