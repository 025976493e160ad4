/** Runs asynchronous tasks one after the other, in the order they were given. */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** The task's result; rejects with SerialClosed when the queue was closed before its turn. */
  run<Value>(task: () => Promise<Value>): Promise<Value> {
    const result = this.#tail.then(() => {
      if (this.#closed) throw new SerialClosed();
      return task();
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Tasks that have not begun never do. Idempotent. */
  close(): void {
    this.#closed = true;
  }
}

/** The work was dropped: its queue was closed before its turn. */
export class SerialClosed extends Error {
  constructor() {
    super('The queue is closed');
    this.name = 'SerialClosed';
  }
}
