import type { DeviceKey } from '../../../shared/ids.ts';

/** `auto`: equal tiles, and one large as soon as a screen is shared or somebody is put forward. */
export const layoutModes = ['auto', 'grid', 'speaker', 'sidebar'] as const;
export type LayoutMode = (typeof layoutModes)[number];

/** One thing on the stage. */
export interface StageItem {
  readonly device: DeviceKey;
  /** The whiteboard is nobody's; its device is one's own. */
  readonly source: 'camera' | 'screen' | 'board';
}

/** A picture of somebody. */
export interface PictureItem extends StageItem {
  readonly source: 'camera' | 'screen';
}

/** Whether something on the stage is a stream of somebody. */
export function isPicture(item: StageItem): item is PictureItem {
  return item.source !== 'board';
}

/** Whether both are the same stream, or the board. */
export function sameItem(one: StageItem | null, other: StageItem | null): boolean {
  return one?.device === other?.device && one?.source === other?.source;
}

/** The same for the same thing, different for any other. */
export function keyOf({ device, source }: StageItem): string {
  return `${device} ${source}`;
}

export interface StageInput {
  /** People in the order of their tiles. */
  readonly people: readonly DeviceKey[];
  readonly self: DeviceKey | null;
  /** Whose screens are shared by others. */
  readonly screens: readonly DeviceKey[];
  readonly mode: LayoutMode;
  /** What this person put forward for themselves. */
  readonly pinned: StageItem | null;
  /** Whom the hosts put forward for everyone. */
  readonly spotlight: readonly DeviceKey[];
  readonly speaker: DeviceKey | null;
  readonly hideSelf: boolean;
  /** The whiteboard is open on this page. */
  readonly board: boolean;
}

export interface StagePlan {
  /** Shown large; empty where all are equal. */
  readonly main: readonly StageItem[];
  readonly rest: readonly StageItem[];
  /** Where the rest stands beside `main`, on a wide stage. */
  readonly strip: 'column' | 'row';
}

/** What is shown large and what small. Own pin first, then the board, the hosts' spotlight, screens, and who speaks. */
export function planStage(input: StageInput): StagePlan {
  const { people, screens, mode, pinned, spotlight, self } = input;
  const screenItems = screens.map((device): StageItem => ({ device, source: 'screen' }));
  const shown = input.hideSelf && people.length > 1 ? people.filter((device) => device !== self) : people;
  const boardItems: readonly StageItem[] = input.board && self ? [{ device: self, source: 'board' }] : [];
  const all = [
    ...boardItems,
    ...screenItems,
    ...shown.map((device): StageItem => ({ device, source: 'camera' })),
  ];
  const pin = all.find((item) => sameItem(item, pinned));
  const main = pin ? [pin] : putForward();
  return {
    main,
    rest: all.filter((item) => !main.some((each) => sameItem(each, item))),
    strip: mode === 'speaker' ? 'row' : 'column',
  };

  function putForward(): readonly StageItem[] {
    if (boardItems.length > 0) return boardItems;
    if (mode === 'grid') return [];
    const lit = all.filter((item) => item.source === 'camera' && spotlight.includes(item.device));
    if (lit.length > 0) return lit;
    const [screen] = screenItems;
    if (screen) return [screen];
    if (mode === 'auto' || people.length < 2) return [];
    const speaker = all.find((item) => item.device === input.speaker && item.device !== self);
    const fallback = speaker ?? all.find((item) => item.device !== self) ?? all[0];
    return fallback ? [fallback] : [];
  }
}
