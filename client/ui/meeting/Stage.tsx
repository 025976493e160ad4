import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Watermark } from '../host/Watermark.tsx';
import { later, Part } from '../later.tsx';
import type { Box } from './grid.ts';
import { drawingOn, SharedScreen } from './SharedScreen.tsx';
import { isPicture, keyOf, type StageItem, sameItem } from './stagePlan.ts';
import { Tile } from './Tile.tsx';
import { type OpenTileMenu, TileMenu } from './TileMenu.tsx';
import { useActions } from './useMeeting.ts';
import { type ShownTile, useShownTiles } from './useShownTiles.ts';
import { useSize } from './useSize.ts';
import { type StageLayout, useStage } from './useStage.ts';
import { useTileFocus } from './useTileFocus.ts';
import './Stage.css';

const Whiteboard = later(async () => (await import('../board/Whiteboard.tsx')).Whiteboard);
const FloatingMeeting = later(async () => (await import('./FloatingMeeting.tsx')).FloatingMeeting);

/** Height asked for in the floating window, in CSS pixels. */
const FLOATING_HEIGHT = 240;

interface Props {
  readonly view: MeetingView;
  /** The floating window, where one is open. */
  readonly floating: Window | null;
  /** Words of what is being said, below the pictures. */
  readonly captions?: ReactNode;
  /** Closes the whiteboard; null while it is not open. */
  readonly onCloseBoard: (() => void) | null;
}

/** The people and the shared screens: equal tiles, or one large with the others beside it. */
export function Stage({ view, floating, captions, onCloseBoard }: Props) {
  const m = useMessages();
  const actions = useActions();
  const [ref, size] = useSize<HTMLDivElement>();
  const [pinned, setPinned] = useState<StageItem | null>(null);
  const [menu, setMenu] = useState<OpenTileMenu | null>(null);
  const layout = useStage(view, size, pinned, onCloseBoard !== null);
  const { foremost } = layout;

  const togglePin = useCallback(
    (item: StageItem) => setPinned((old) => (sameItem(old, item) ? null : item)),
    [],
  );
  const openMenu = useCallback((item: StageItem, button: HTMLElement) => setMenu({ item, button }), []);

  const memberOf = ({ device }: StageItem) => view.members.find((member) => member.device === device);
  const isRemote = (item: StageItem) => memberOf(item)?.self === false;
  useShownTiles(
    layout.placed.flatMap(({ item, box }): ShownTile[] =>
      isPicture(item) && isRemote(item) && box.height > 0
        ? [{ ...item, height: Math.round(box.height) }]
        : [],
    ),
    floating !== null && foremost !== null && isRemote(foremost)
      ? [{ ...foremost, height: FLOATING_HEIGHT }]
      : [],
    actions,
  );

  const focus = useTileFocus();
  const keys = layout.placed.filter(({ item }) => isPicture(item)).map(({ item }) => keyOf(item));
  const tabStop = keys.find((key) => key === focus.current) ?? keys[0];

  const hands = view.members
    .filter((member) => member.hand !== null)
    .sort((one, other) => (one.hand ?? 0) - (other.hand ?? 0));

  return (
    <main className="stage" aria-label={m.room.stage}>
      <div className="stage-area" ref={ref}>
        <ul
          className="tiles"
          data-many={layout.placed.length > 16}
          ref={focus.list}
          onKeyDown={focus.onKeyDown}
        >
          {layout.placed.map(({ item, box, main }) => {
            const member = memberOf(item);
            if (member === undefined) return null;
            const key = keyOf(item);
            const frame = {
              box,
              main,
              pinned: sameItem(item, pinned),
              onMenu: openMenu,
              onPin: togglePin,
              tabStop: key === tabStop,
              onFocus: focus.onFocus,
            };
            if (item.source === 'board') {
              return (
                <li key={key} className="tile board-tile" style={placeOf(box)}>
                  <Part waiting={<Spinner text={m.common.loading} />}>
                    {onCloseBoard && <Whiteboard view={view} onClose={onCloseBoard} />}
                  </Part>
                </li>
              );
            }
            return item.source === 'screen' ? (
              <SharedScreen key={key} member={member} drawing={drawingOn(view, member.device)} {...frame} />
            ) : (
              <Tile
                key={key}
                member={member}
                {...frame}
                mirrored={member.self && view.devices.mirrored}
                handOrder={hands.indexOf(member) + 1}
                reaction={
                  view.reactions.findLast((reaction) => reaction.from === member.device)?.emoji ?? null
                }
              />
            );
          })}
          {layout.companion !== null && (
            <li className="tile-companion" style={placeOf(layout.companion)}>
              <div className="alone">
                <h2>{m.room.alone}</h2>
                <p>{m.room.aloneText}</p>
                <CopyButton text={view.link} label={m.room.copyLink} />
              </div>
            </li>
          )}
        </ul>
        <Watermark view={view} />
        {layout.pager !== null && <Pager layout={layout} box={layout.pager} />}
      </div>
      {captions !== undefined && <div className="stage-captions">{captions}</div>}
      <TileMenu view={view} open={menu} pinned={pinned} onPin={togglePin} onClose={() => setMenu(null)} />
      {floating !== null && (
        <Part>
          <FloatingMeeting view={view} target={floating} item={foremost} />
        </Part>
      )}
    </main>
  );
}

function placeOf(box: Box) {
  return { transform: `translate(${box.x}px, ${box.y}px)`, width: box.width, height: box.height };
}

/** Width from which the page number stands in words. */
const ROOM_FOR_WORDS = 240;

function Pager({ layout, box }: { layout: StageLayout; box: Box }) {
  const m = useMessages();
  const { page, pages, setPage, pagerUpright } = layout;
  const name = m.room.page(page + 1, pages);
  return (
    <nav className="pager" data-upright={pagerUpright} aria-label={name} style={placeOf(box)}>
      <IconButton label={m.room.previousPage} disabled={page === 0} onPress={() => setPage(page - 1)}>
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span>{box.width < ROOM_FOR_WORDS ? `${page + 1} / ${pages}` : name}</span>
      <IconButton label={m.room.nextPage} disabled={page === pages - 1} onPress={() => setPage(page + 1)}>
        <ChevronRight aria-hidden="true" />
      </IconButton>
    </nav>
  );
}
