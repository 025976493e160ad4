import { useEffect, useMemo, useState } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { usePreferences } from '../preferences.ts';
import { type Box, frameStage } from './grid.ts';
import { isPicture, type PictureItem, planStage, type StageItem } from './stagePlan.ts';
import { arrange, placeOwn } from './tileOrder.ts';
import { selfOf } from './useMeeting.ts';
import type { Size } from './useSize.ts';
import { useSpeaker } from './useSpeaker.ts';

export interface PlacedItem {
  readonly item: StageItem;
  readonly box: Box;
  readonly main: boolean;
}

export interface StageLayout {
  readonly placed: readonly PlacedItem[];
  /** Where the words stand that keep somebody company who is alone. */
  readonly companion: Box | null;
  readonly page: number;
  readonly pages: number;
  readonly pager: Box | null;
  readonly pagerUpright: boolean;
  readonly setPage: (page: number) => void;
  /** What is most worth seeing: the pinned, the shared, or who speaks. */
  readonly foremost: PictureItem | null;
}

/** Where everything on the stage stands, as people come, speak, share and turn pages. */
export function useStage(
  view: MeetingView,
  size: Size,
  pinned: StageItem | null,
  board: boolean,
): StageLayout {
  const { layout: mode, selfView } = usePreferences();
  const { active, heardAt } = useSpeaker(view.members);
  const [order, setOrder] = useState<readonly DeviceKey[]>([]);
  const [wantedPage, setPage] = useState(0);
  const self = selfOf(view)?.device ?? null;
  const { members } = view;
  const present = members.filter((member) => !member.self).map(({ device }) => device);
  const alone = members.length === 1;
  const plan = (others: readonly DeviceKey[]) =>
    planStage({
      people: self === null ? others : [self, ...others],
      self,
      screens: members
        .filter(
          (member) => member.sources.screen.state === 'live' && (!member.self || isDrawnOn(view, member)),
        )
        .map(({ device }) => device),
      mode,
      pinned,
      spotlight: view.spotlight,
      speaker: active,
      hideSelf: !selfView,
      board,
    });

  const unordered = plan(present);
  const frame = frameStage({
    ...size,
    main: unordered.main.length,
    screen: unordered.main[0]?.source === 'screen' || unordered.main[0]?.source === 'board',
    board: unordered.main[0]?.source === 'board',
    rest: unordered.rest.length + (alone ? 1 : 0),
    strip: unordered.strip,
  });
  const peopleInRest = unordered.rest.filter(({ source }) => source === 'camera');
  const placesOfPeople = frame.perPage - (unordered.rest.length - peopleInRest.length);
  // Where there is one page, everybody is on it.
  const places = frame.pages === 1 ? Number.POSITIVE_INFINITY : placesOfPeople;
  const ownPlace = places > 1 && peopleInRest.some(({ device }) => device === self) ? 1 : 0;
  const next = arrange(order, {
    present,
    // Who is shown large leaves a place in the order, but none on the page.
    firstPage: Math.max(1, places - ownPlace),
    active: mode === 'grid' || unordered.main.length === 0 ? active : null,
    heardAt,
  });
  useEffect(() => setOrder(next), [next]);

  const { main, rest: inOrder } = plan(next);
  const rest = placeOwn(inOrder, self, places);
  const page = Math.min(wantedPage, frame.pages - 1);
  useEffect(() => {
    if (wantedPage !== page) setPage(page);
  }, [wantedPage, page]);

  const shown = rest.slice(page * frame.perPage, (page + 1) * frame.perPage);
  const boxes = frame.rest(shown.length + (alone ? 1 : 0));
  const place = (items: readonly StageItem[], places: readonly Box[], large: boolean) =>
    items.flatMap((item, index): PlacedItem[] => {
      const box = places[index];
      return box ? [{ item, box, main: large }] : [];
    });
  const speaking = active ?? present[0] ?? null;
  const foremost =
    main.find(isPicture) ?? (speaking ? { device: speaking, source: 'camera' as const } : null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same item, whichever object says so
  const steadyForemost = useMemo(() => foremost, [foremost?.device, foremost?.source]);
  return {
    placed: [...place(main, frame.main, true), ...place(shown, boxes, false)],
    companion: alone ? (boxes[shown.length] ?? null) : null,
    page,
    pages: frame.pages,
    pager: frame.pager,
    pagerUpright: frame.pagerUpright,
    setPage,
    foremost: steadyForemost,
  };
}

/** One's own screen is of use on one's own stage only once others have drawn on it. */
function isDrawnOn({ board, boardElements }: MeetingView, { device }: MemberView): boolean {
  const on = board.screens.find((screen) => screen.device === device)?.on;
  return on !== undefined && boardElements.some(({ shape }) => shape.on === on);
}
