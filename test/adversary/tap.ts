import type { ConnectionState, Signaling } from '../../client/meeting/signaling/signaling.ts';
import { type EventName, type EventOf, events } from '../../shared/protocol/events.ts';
import {
  type RequestName,
  type RequestOf,
  type ResponseOf,
  requests,
} from '../../shared/protocol/requests.ts';

type Stop = () => void;
type Listener = (event: unknown) => void;
type EventRule = (event: unknown) => readonly unknown[];
type RequestRule = (request: unknown, forward: (request: unknown) => Promise<unknown>) => Promise<unknown>;

/**
 * The server's hand on one client's connection: sees everything that passes, drops, delays, repeats,
 * rewrites and invents. Whatever it hands the client has the form the protocol demands, so that nothing
 * is refused for its form alone.
 */
export class Tap {
  /** Every event as the real server sent it. */
  readonly got: { readonly name: EventName; readonly event: unknown }[] = [];
  /** Every request the client made. */
  readonly asked: { readonly name: RequestName; readonly request: unknown }[] = [];
  readonly #listeners = new Map<EventName, Set<Listener>>();
  readonly #eventRules = new Map<EventName, EventRule>();
  readonly #requestRules = new Map<RequestName, RequestRule>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #real: Signaling | null = null;

  /** For `openBot`. */
  readonly wrap = (real: Signaling): Signaling => {
    this.#real = real;
    return {
      get state() {
        return real.state;
      },
      request: (name, request) => this.#request(real, name, request),
      on: (name, listener) => this.#on(real, name, listener),
      onState: (listener) => {
        this.#stateListeners.add(listener);
        const stop = real.onState(listener);
        return () => {
          this.#stateListeners.delete(listener);
          stop();
        };
      },
      onRefused: (listener) => real.onRefused(listener),
      connect: () => real.connect(),
      close: () => real.close(),
    };
  };

  get real(): Signaling {
    if (!this.#real) throw new Error('the tap is on no connection');
    return this.#real;
  }

  /** What the client gets for each real event of a name; nothing for an empty list. */
  onEvent<Name extends EventName>(
    name: Name,
    rule: (event: EventOf<Name>) => readonly EventOf<Name>[],
  ): Stop {
    // Kept under its own name, so it only ever meets events of that name.
    this.#eventRules.set(name, rule as EventRule);
    return () => this.#eventRules.delete(name);
  }

  /** Stands between a request and the real server. */
  onRequest<Name extends RequestName>(
    name: Name,
    rule: (
      request: RequestOf<Name>,
      forward: (request: RequestOf<Name>) => Promise<ResponseOf<Name>>,
    ) => Promise<ResponseOf<Name>>,
  ): Stop {
    // Kept under its own name, like the rules of events.
    this.#requestRules.set(name, rule as RequestRule);
    return () => this.#requestRules.delete(name);
  }

  /** Hands the client an event that the real server never sent. */
  deliver<Name extends EventName>(name: Name, event: EventOf<Name>): void {
    this.#hand(name, events[name].parse(event));
  }

  /** The server drops the line and takes it up again at once. */
  flap(): void {
    for (const state of ['reconnecting', 'connected'] as const) {
      for (const listener of this.#stateListeners) listener(state);
    }
  }

  /** The real events of a name so far. */
  eventsOf<Name extends EventName>(name: Name): EventOf<Name>[] {
    return this.got.flatMap((entry) => (entry.name === name ? [entry.event as EventOf<Name>] : []));
  }

  /** The requests of a name so far. */
  requestsOf<Name extends RequestName>(name: Name): RequestOf<Name>[] {
    return this.asked.flatMap((entry) => (entry.name === name ? [entry.request as RequestOf<Name>] : []));
  }

  #hand(name: EventName, event: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(event);
  }

  #on<Name extends EventName>(real: Signaling, name: Name, listener: (event: EventOf<Name>) => void): Stop {
    const known = this.#listeners.get(name);
    const set = known ?? new Set<Listener>();
    const entry = listener as Listener;
    set.add(entry);
    if (!known) {
      this.#listeners.set(name, set);
      real.on(name, (event) => {
        this.got.push({ name, event });
        const rule = this.#eventRules.get(name);
        for (const shown of rule ? rule(event) : [event]) this.#hand(name, shown);
      });
    }
    return () => set.delete(entry);
  }

  async #request<Name extends RequestName>(
    real: Signaling,
    name: Name,
    request: RequestOf<Name>,
  ): Promise<ResponseOf<Name>> {
    this.asked.push({ name, request });
    const rule = this.#requestRules.get(name);
    if (!rule) return real.request(name, request);
    const forward = (changed: unknown) => real.request(name, changed as RequestOf<Name>);
    const answer = await rule(request, forward);
    return requests[name].response.parse(answer) as ResponseOf<Name>;
  }
}
