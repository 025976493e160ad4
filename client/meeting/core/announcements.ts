import { toBase64Url } from '../../../shared/bytes.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { Clock } from '../clock.ts';
import type { Alarm, Notice } from '../view.ts';
import type { CoreStore } from './state.ts';

const NOTICES_KEPT = 20;

/** Alarms, which stay until the person acknowledges them, and short-lived notices. */
export class Announcements {
  readonly #store: CoreStore;
  readonly #clock: Clock;

  constructor(store: CoreStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  notice(notice: Notice): void {
    const entry = { id: toBase64Url(randomBytes(9)), notice, at: this.#clock.now() };
    this.#store.set({ notices: [...this.#store.state.notices, entry].slice(-NOTICES_KEPT) });
  }

  dismiss(id: string): void {
    this.#store.set({ notices: this.#store.state.notices.filter((entry) => entry.id !== id) });
  }

  /** Raises an alarm once; the same one again changes nothing while it stands. */
  alarm(alarm: Alarm): void {
    const text = JSON.stringify(alarm);
    const { alarms, seal } = this.#store.state;
    if (alarms.some((entry) => JSON.stringify(entry.alarm) === text)) return;
    const entry = { id: toBase64Url(randomBytes(9)), alarm, at: this.#clock.now() };
    this.#store.set({ alarms: [...alarms, entry], seal: { ...seal, state: 'warning' } });
  }

  acknowledge(id: string): void {
    const { alarms, seal } = this.#store.state;
    const left = alarms.filter((entry) => entry.id !== id);
    this.#store.set({ alarms: left, seal: { ...seal, state: left.length > 0 ? 'warning' : 'sealed' } });
  }
}
