import { ProtocolError } from '../../../shared/errors.ts';
import { AttachmentError } from '../../e2ee/attachments/error.ts';
import type { TransferView } from '../chatView.ts';
import type { Clock } from '../clock.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** Progress is told this often at most. */
const TELL_MS = 100;

/** The person stopped it. */
export class Cancelled extends Error {
  constructor() {
    super('The transfer was cancelled');
    this.name = 'Cancelled';
  }
}

/** One file on its way: can be paused and cancelled, and waits for a connection that is away. */
export class Transfer {
  readonly #clock: Clock;
  readonly #show: (view: TransferView) => void;
  #view: TransferView;
  #told = 0;
  #failures = 0;
  #stopped: 'no' | 'paused' | 'cancelled' = 'no';
  #running: AbortController | null = null;
  #wake: (() => void) | null = null;

  constructor(id: string, direction: TransferView['direction'], clock: Clock, show: Transfer['show']) {
    this.#clock = clock;
    this.#show = show;
    this.#view = { id, direction, state: 'running', done: 0, total: 0, error: null };
  }

  get show(): (view: TransferView) => void {
    return this.#show;
  }

  pause(): void {
    if (this.#stopped !== 'no') return;
    this.#stopped = 'paused';
    this.#running?.abort();
    this.#set({ state: 'paused' });
    this.nudge();
  }

  resume(): void {
    if (this.#stopped !== 'paused') return;
    this.#stopped = 'no';
    this.#set({ state: 'running' });
    this.nudge();
  }

  cancel(): void {
    this.#stopped = 'cancelled';
    this.#running?.abort();
    this.nudge();
  }

  /** The connection is back: what waits for it tries at once. */
  nudge(): void {
    this.#wake?.();
  }

  /** So far, in bytes of ciphertext. */
  advance(done: number, total: number): void {
    if (done > this.#view.done) this.#failures = 0;
    this.#view = { ...this.#view, done, total };
    const now = this.#clock.now();
    if (now - this.#told < TELL_MS) return;
    this.#told = now;
    this.#show(this.#view);
  }

  finish(): void {
    this.#set({ state: 'done', done: this.#view.total });
  }

  fail(error: unknown): void {
    const known = error instanceof AttachmentError || error instanceof ProtocolError;
    this.#set({ state: 'failed', error: known ? error.code : 'unavailable' });
  }

  /**
   * Runs a step that may be interrupted and run again: while paused it waits, and after a failure that
   * passes it tries again. Throws Cancelled, and what will not pass.
   */
  async step<Value>(run: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    for (;;) {
      await this.#go();
      const controller = new AbortController();
      this.#running = controller;
      try {
        return await run(controller.signal);
      } catch (error) {
        if (this.#stopped !== 'no') continue;
        if (!passes(error)) throw error;
        this.#set({ state: 'waiting' });
        await this.#wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++));
        if (this.#stopped === 'no') this.#set({ state: 'running' });
      } finally {
        this.#running = null;
      }
    }
  }

  async #go(): Promise<void> {
    while (this.#stopped === 'paused') await new Promise<void>((resolve) => this.#hold(resolve));
    if (this.#stopped === 'cancelled') throw new Cancelled();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => this.#wake?.());
      this.#hold(() => {
        cancel();
        resolve();
      });
    });
  }

  #hold(resolve: () => void): void {
    this.#wake = () => {
      this.#wake = null;
      resolve();
    };
  }

  #set(change: Partial<TransferView>): void {
    this.#view = { ...this.#view, ...change };
    this.#show(this.#view);
  }
}

/** Whether trying again may help: the server is away, busy, or waits for this device to come back in. */
function passes(error: unknown): boolean {
  if (!(error instanceof ProtocolError)) return false;
  return ['unavailable', 'rate-limited', 'not-admitted', 'not-identified', 'resync-required'].includes(
    error.code,
  );
}
