import type { DeviceKey } from '../../../shared/ids.ts';
import { watchedScreens } from '../../e2ee/content.ts';
import type { CoreStore } from './state.ts';

/**
 * Who looks at whose shared screen. Each member states it in its pulse, sealed in the group: the server's
 * list of subscriptions could add eyes that are not there or leave some out, a member can only be silent
 * about its own.
 */
export class Watchers {
  readonly #store: CoreStore;
  #mine: readonly DeviceKey[] = [];

  constructor(store: CoreStore) {
    this.#store = store;
  }

  /** Members whose screens this device shows. */
  get mine(): readonly DeviceKey[] {
    return this.#mine;
  }

  watch(screens: readonly DeviceKey[]): void {
    this.#mine = screens.slice(0, watchedScreens);
  }

  /** What another member states of itself, authenticated. */
  heard(from: DeviceKey, watched: readonly DeviceKey[] = []): void {
    const { self, watchers } = this.#store.state;
    const looks = self !== null && watched.includes(self);
    if (looks === watchers.includes(from)) return;
    this.#store.set({
      watchers: looks ? [...watchers, from] : watchers.filter((device) => device !== from),
    });
  }
}
