/** Typed events: `Events` maps each name to what its listeners get. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Calls back at each event. Returns the way to stop. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    // `on` only ever files a listener under the name whose event it takes.
    const listeners = this.#listeners.get(name) as Set<(event: Events[Name]) => void> | undefined;
    for (const listener of [...(listeners ?? [])]) listener(event);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
