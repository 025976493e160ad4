import * as Y from 'yjs';
import { readShape, type Shape } from './element.ts';

/** Keeps the shapes of a document's elements, each read anew when it changes. */
export class ShapeReader {
  readonly shapes = new Map<string, Shape>();
  readonly #elements: Y.Map<unknown>;

  constructor(elements: Y.Map<unknown>, onChange: () => void) {
    this.#elements = elements;
    for (const id of elements.keys()) this.#read(id);
    elements.observeDeep((events) => {
      const ids = new Set<string>();
      for (const event of events) {
        const [id] = event.path;
        if (typeof id === 'string') ids.add(id);
        else for (const key of event.keys.keys()) ids.add(key);
      }
      for (const id of ids) this.#read(id);
      onChange();
    });
  }

  clear(): void {
    this.shapes.clear();
  }

  #read(id: string): void {
    const value = this.#elements.get(id);
    const shape = value instanceof Y.Map ? readShape(id, plain(value)) : null;
    if (shape) this.shapes.set(id, shape);
    else this.shapes.delete(id);
  }
}

/** A map's values, one level of lists included; what lies deeper is no part of an element. */
function plain(map: Y.Map<unknown>): Record<string, unknown> {
  const entries = [...map.entries()].map(([key, value]) => [
    key,
    value instanceof Y.Array ? value.toArray() : value,
  ]);
  return Object.fromEntries(entries);
}
