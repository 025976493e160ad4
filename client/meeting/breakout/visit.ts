import type { MeetingId } from '../../../shared/ids.ts';
import type { BreakoutsView } from '../breakoutView.ts';
import type { Meeting } from '../meeting.ts';
import { isOver } from '../phase.ts';
import { whereTo } from './whereTo.ts';

/** A breakout room's meeting, as the page of its main meeting deals with it. */
export interface RoomMeeting extends Meeting {
  /** The view of the main meeting has changed. */
  touch(): void;
}

export interface VisitParts {
  /** Opens a room beside the main meeting; null where this page cannot. */
  readonly open: (room: MeetingId) => RoomMeeting | null;
  /** The name to go in under. */
  readonly name: () => string;
  /** The page is in another room now; null: in the main meeting. */
  readonly onMove: (room: MeetingId | null) => void;
}

/** The breakout room that the page of a main meeting is in, if any, and the ways in and out. */
export class Visit {
  readonly #parts: VisitParts;
  #in: { readonly id: MeetingId; readonly meeting: RoomMeeting; joining: boolean } | null = null;

  constructor(parts: VisitParts) {
    this.#parts = parts;
  }

  get room(): Meeting['room'] {
    return this.#in && { id: this.#in.id, meeting: this.#in.meeting };
  }

  /** Leaves any other room for this one. */
  enter(id: MeetingId): void {
    if (this.#in?.id === id) return;
    this.#in?.meeting.close();
    const meeting = this.#parts.open(id);
    this.#in = meeting && { id, meeting, joining: false };
    if (!meeting) return;
    this.#parts.onMove(id);
    meeting.subscribe(() => this.#onRoom());
  }

  /** Back to the main meeting. */
  leave(): void {
    if (!this.#in) return;
    this.close();
    this.#parts.onMove(null);
  }

  /** Goes where the records send this person, and back when the rooms close. `last`: see `whereTo`. */
  follow(before: BreakoutsView, now: BreakoutsView, last: MeetingId | null): void {
    const move = whereTo(before, now, this.#in?.id ?? null, last);
    if (move === 'main') this.leave();
    else if (move) this.enter(move.to);
  }

  /** The main meeting has changed, and with it what the room shows of it. */
  touch(): void {
    this.#in?.meeting.touch();
  }

  /** Closes the room without going anywhere. Idempotent. */
  close(): void {
    const left = this.#in;
    this.#in = null;
    left?.meeting.close();
  }

  /** Goes in as soon as the room is open, and back from one that lets this person in no more. */
  #onRoom(): void {
    if (!this.#in) return;
    const { phase } = this.#in.meeting.getView();
    if (phase.name === 'prejoin' && !this.#in.joining) {
      this.#in.joining = true;
      this.#in.meeting.join(this.#parts.name());
    }
    if (isOver(phase)) this.leave();
  }
}
