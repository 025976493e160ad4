/** Undoes what was started, last first, each once. */
export class Unwinding {
  #steps: (() => unknown)[] = [];
  #done: Promise<void> | null = null;

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#done ??= (async () => {
      for (const step of this.#steps.reverse()) await step();
    })();
    return this.#done;
  }
}
