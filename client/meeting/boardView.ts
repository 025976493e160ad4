import type { BlobId, DeviceKey } from '../../shared/ids.ts';
import type { Surface } from '../e2ee/boardContent.ts';
import type { Shape, ShapeChange } from './board/element.ts';

export type { Ink, Shape, ShapeChange } from './board/element.ts';
export type { Surface };

/** One thing on the board. */
export interface BoardElementView {
  readonly ref: string;
  readonly author: DeviceKey;
  /** Name of its author; empty where this device never saw them. */
  readonly by: string;
  readonly mine: boolean;
  /** Whether this person can change it, rather than only take it away. */
  readonly mayChange: boolean;
  /** Name of who told of it, its author being gone; null where its author's own device did. */
  readonly toldBy: string | null;
  readonly shape: Shape;
}

export interface PointerView {
  readonly device: DeviceKey;
  readonly name: string;
  readonly on: Surface;
  readonly x: number;
  readonly y: number;
}

/** The picture of an image on the board; without bytes where it could not be fetched or is not what was sent. */
export interface BoardPicture {
  readonly blob: BlobId;
  readonly type: string;
  readonly bytes: Uint8Array | null;
}

/** The whiteboard but its elements. */
export interface BoardView {
  readonly pointers: readonly PointerView[];
  /** Screens that may be drawn on, and what the drawings lie on. */
  readonly screens: readonly { readonly device: DeviceKey; readonly on: Surface }[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** This person's drawing holds no more. */
  readonly full: boolean;
  /** Members whose board has been another than this one for a while. */
  readonly differs: readonly DeviceKey[];
}

export const noBoard: BoardView = {
  pointers: [],
  screens: [],
  canUndo: false,
  canRedo: false,
  full: false,
  differs: [],
};

/** What a person wants done on the board. `id` names an own element within the drawing: eight characters. */
export type BoardWish =
  | { readonly do: 'put'; readonly id: string; readonly shape: Shape }
  | { readonly do: 'extend'; readonly id: string; readonly points: readonly number[] }
  /** `first` begins a step for undo. */
  | { readonly do: 'change'; readonly ref: string; readonly change: ShapeChange; readonly first: boolean }
  | { readonly do: 'remove'; readonly refs: readonly string[] }
  | { readonly do: 'image'; readonly file: Blob; readonly at: { readonly x: number; readonly y: number } }
  | { readonly do: 'undo' | 'redo' | 'clear' }
  | {
      readonly do: 'point';
      readonly at: { readonly on: Surface; readonly x: number; readonly y: number } | null;
    }
  /** Whether others may draw on this device's shared screen. */
  | { readonly do: 'share'; readonly on: boolean }
  /** Asks the others for everything again. */
  | { readonly do: 'reload' };

/** Elements that changed and those that are gone: so that a stroke does not carry a whole board along to the page. */
export interface ElementsPatch {
  readonly set: readonly BoardElementView[];
  readonly gone: readonly string[];
}

/** From one list of elements to the next, whose unchanged elements are the same objects. */
export function elementsPatch(
  before: readonly BoardElementView[],
  after: readonly BoardElementView[],
): ElementsPatch {
  const old = new Map(before.map((element) => [element.ref, element]));
  const set = after.filter((element) => old.get(element.ref) !== element);
  const now = new Set(after.map(({ ref }) => ref));
  return { set, gone: before.flatMap(({ ref }) => (now.has(ref) ? [] : [ref])) };
}

/** The elements after a patch, the lowest first; those that did not change stay the same objects. */
export function applyElements(
  before: readonly BoardElementView[],
  { set, gone }: ElementsPatch,
): readonly BoardElementView[] {
  const changed = new Set([...gone, ...set.map(({ ref }) => ref)]);
  const kept = before.filter(({ ref }) => !changed.has(ref));
  return [...kept, ...set].sort(byHeight);
}

/** Lower ones first; of the same height, by name, so that it is the same on all devices. */
export function byHeight(
  one: { readonly ref: string; readonly shape: Shape },
  other: { readonly ref: string; readonly shape: Shape },
): number {
  return one.shape.z - other.shape.z || (one.ref < other.ref ? -1 : 1);
}
