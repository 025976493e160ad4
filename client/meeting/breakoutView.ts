import type { DeviceKey, MeetingId } from '../../shared/ids.ts';

/** One breakout room as members of the main meeting see it. */
export interface BreakoutRoomView {
  readonly id: MeetingId;
  /** What the host called it; empty where it has its number alone. */
  readonly name: string;
  /** From 1. */
  readonly number: number;
  /** Whom the records send there. */
  readonly assigned: readonly DeviceKey[];
  /** Who says to be there now. */
  readonly inside: readonly DeviceKey[];
  /** Whether this device may go in and has what it needs for it. */
  readonly ready: boolean;
}

/** A person in a room who asks for a host. */
export interface BreakoutCallView {
  readonly device: DeviceKey;
  readonly name: string;
  readonly room: MeetingId;
}

/** What a host said to all rooms last. */
export interface BroadcastView {
  readonly id: string;
  readonly text: string;
  readonly by: string;
}

/** Breakout rooms that are open now. */
export interface BreakoutView {
  readonly rooms: readonly BreakoutRoomView[];
  readonly entry: 'assigned' | 'choice';
  /** Whether participants may come back before the end. */
  readonly mayReturn: boolean;
  /** When the rooms close, milliseconds since 1970 by this device's clock. */
  readonly until: number | null;
  /** A host calls everybody back. */
  readonly recalled: boolean;
  /** Name of who opened them; empty where this device never saw them. */
  readonly by: string;
  /** Where the records send this device. */
  readonly own: MeetingId | null;
  /** Where this device is. */
  readonly here: MeetingId | null;
  readonly broadcast: BroadcastView | null;
  /** For those who run the rooms. */
  readonly calls: readonly BreakoutCallView[];
  /** This person has called a host and none has come yet. */
  readonly calling: boolean;
}

/** Somebody in the main meeting, wherever they are now. */
export interface BreakoutPersonView {
  readonly device: DeviceKey;
  readonly name: string;
  /** Runs the rooms rather than being sent into them. */
  readonly runs: boolean;
}

/** What may be seen of breakouts. `rooms` is null while none are open. */
export interface BreakoutsView {
  readonly rooms: BreakoutView | null;
  /** This device is opening rooms. */
  readonly opening: boolean;
  /** Whether this person may run them. */
  readonly mayRun: boolean;
  /** Everybody in the main meeting. */
  readonly people: readonly BreakoutPersonView[];
}

export const noBreakouts: BreakoutsView = { rooms: null, opening: false, mayRun: false, people: [] };

/** Rooms to be opened, by name; an empty name leaves a room its number. */
export interface BreakoutPlan {
  readonly names: readonly string[];
  readonly entry: 'assigned' | 'choice';
  readonly mayReturn: boolean;
  readonly minutes: number | null;
  /** Whether everybody may speak, write and share there, whatever the rules of the main meeting. */
  readonly teamwork: boolean;
  /** People by place of their room; those in none stay in the main meeting. */
  readonly people: readonly (readonly DeviceKey[])[];
}

/** What a person wants done about breakout rooms. */
export type BreakoutWish =
  | { readonly do: 'open'; readonly plan: BreakoutPlan }
  | { readonly do: 'move'; readonly devices: readonly DeviceKey[]; readonly room: MeetingId | null }
  | { readonly do: 'broadcast'; readonly text: string }
  /** Another end, so many minutes from now; null leaves it open. */
  | { readonly do: 'time'; readonly minutes: number | null }
  | { readonly do: 'recall'; readonly seconds: number }
  | { readonly do: 'call'; readonly on: boolean }
  | { readonly do: 'answer'; readonly device: DeviceKey };
