import type { DeviceKey } from '../../../shared/ids.ts';
import type { Content } from '../../e2ee/content.ts';
import type { CoreContext } from './context.ts';

/** What moderators ask of this person: to turn a source on. Nobody is unmuted by another. */
export class Asks {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** A moderator asks; `by` is its name. A newer question about the same source replaces the older. */
  take(sender: DeviceKey, { to, source }: Content & { type: 'ask' }, by: string): void {
    const { identity, store } = this.#context;
    if (to !== identity.key) return;
    const others = store.state.asks.filter((ask) => ask.source !== source);
    store.set({ asks: [...others, { id: `${sender}:${source}`, source, by }] });
  }

  /** The person has answered. */
  settle(id: string): void {
    const { store } = this.#context;
    store.set({ asks: store.state.asks.filter((ask) => ask.id !== id) });
  }
}
