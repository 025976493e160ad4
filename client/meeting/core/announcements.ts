import { toBase64Url } from '../../../shared/bytes.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { Clock } from '../clock.ts';
import type { Alarm, Notice } from '../noticeView.ts';
import type { CoreStore } from './state.ts';

const NOTICES_KEPT = 20;

/**
 * Alarms and notices. An alarm is shown until the person acknowledges it; the seal shows a warning
 * until then, and for as long as the danger itself stands.
 */
export class Announcements {
  readonly #store: CoreStore;
  readonly #clock: Clock;
  /** Dangers that stand now, acknowledged or not, by their text. */
  readonly #standing = new Set<string>();

  constructor(store: CoreStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  notice(notice: Notice): void {
    const entry = { id: newId(), notice, at: this.#clock.now() };
    this.#store.set({ notices: [...this.#store.state.notices, entry].slice(-NOTICES_KEPT) });
  }

  dismiss(id: string): void {
    this.#store.set({ notices: this.#store.state.notices.filter((entry) => entry.id !== id) });
  }

  /** The server says by when it restarts; what it said before does not count any more. */
  maintenance(until: number | null): void {
    const { notices } = this.#store.state;
    const others = notices.filter(({ notice }) => notice.kind !== 'maintenance');
    // Said anew at each connection.
    const known = notices.some(({ notice }) => notice.kind === 'maintenance' && notice.until === until);
    if (known || (until === null && others.length === notices.length)) return;
    this.#store.set({ notices: others });
    this.notice({ kind: 'maintenance', until });
  }

  /** Something happened; shown once however often it does. */
  alarm(alarm: Alarm): void {
    const { alarms } = this.#store.state;
    if (alarms.some((entry) => textOf(entry.alarm) === textOf(alarm))) return;
    this.#store.set({ alarms: [...alarms, { id: newId(), alarm, at: this.#clock.now() }] });
    this.#showSeal();
  }

  /** A danger begins or goes on: alarms once, and the seal stays broken until `settle`. */
  stand(alarm: Alarm): void {
    if (this.#standing.has(textOf(alarm))) return;
    this.#standing.add(textOf(alarm));
    this.alarm(alarm);
    this.#showSeal();
  }

  /** Dangers of this kind are over. A passed `stale` takes its alarm along; the others stay to be read. */
  settle(kind: Alarm['kind']): void {
    for (const text of this.#standing) if (text.startsWith(`{"kind":"${kind}"`)) this.#standing.delete(text);
    const { alarms } = this.#store.state;
    if (kind === 'stale' && alarms.some((entry) => entry.alarm.kind === 'stale')) {
      this.#store.set({ alarms: alarms.filter((entry) => entry.alarm.kind !== 'stale') });
    }
    this.#showSeal();
  }

  /** Takes note that the person has read it. Returns the alarm, null when there is none of that id. */
  acknowledge(id: string): Alarm | null {
    const { alarms } = this.#store.state;
    const entry = alarms.find((other) => other.id === id);
    if (!entry) return null;
    this.#store.set({ alarms: alarms.filter((other) => other !== entry) });
    this.#showSeal();
    return entry.alarm;
  }

  /** What the seal shows while the group itself is in order. */
  get sealState(): 'sealed' | 'warning' {
    return this.#standing.size > 0 || this.#store.state.alarms.length > 0 ? 'warning' : 'sealed';
  }

  clear(): void {
    this.#standing.clear();
  }

  #showSeal(): void {
    const { seal } = this.#store.state;
    if (seal.state !== this.sealState) this.#store.set({ seal: { ...seal, state: this.sealState } });
  }
}

/** `kind` is written first by every caller, so equal alarms have equal texts that begin with it. */
function textOf({ kind, ...rest }: Alarm): string {
  return JSON.stringify({ kind, ...rest });
}

function newId(): string {
  return toBase64Url(randomBytes(9));
}
