import { MonitorUp, Pin, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { BoardElementView, PointerView, Surface } from '../../meeting/boardView.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { Spinner } from '../components/Spinner.tsx';
import { later, Part } from '../later.tsx';
import { VideoTrack } from './MediaTrack.tsx';
import { sameFrame, TileFrame } from './Tile.tsx';

type Props = Omit<Parameters<typeof TileFrame>[0], 'item' | 'name' | 'children'> & {
  readonly member: MemberView;
  /** What is drawn on it; null while nothing can be. */
  readonly drawing: DrawingOn | null;
};

/** A surface on a shared screen, and what lies on it. */
export interface DrawingOn {
  readonly on: Surface;
  readonly elements: readonly BoardElementView[];
  readonly pointers: readonly PointerView[];
  readonly mayDraw: boolean;
}

/** What is drawn on somebody's screen. */
export function drawingOn(
  { board, boardElements, rights, hostGone }: MeetingView,
  device: DeviceKey,
): DrawingOn | null {
  const on = board.screens.find((screen) => screen.device === device)?.on;
  if (on === undefined) return null;
  return {
    on,
    elements: boardElements.filter(({ shape }) => shape.on === on),
    pointers: board.pointers.filter((pointer) => pointer.on === on),
    mayDraw: rights.has('annotate') && !hostGone?.now,
  };
}

const ScreenDrawing = later(async () => (await import('../board/ScreenDrawing.tsx')).ScreenDrawing);

/** A shared screen, whole, never cropped. */
export const SharedScreen = memo(
  function SharedScreen(props: Props) {
    const m = useMessages();
    const { member } = props;
    const { screen } = member.sources;
    const title = member.self ? m.board.ownScreen : m.room.screenOf(member.name);
    return (
      <TileFrame
        {...props}
        item={{ device: member.device, source: 'screen' }}
        name={title}
        className="screen"
      >
        {screen.seal === 'cut' ? (
          <p className="screen-state screen-cut">
            <TriangleAlert aria-hidden="true" />
            {m.tile.cut}
          </p>
        ) : screen.track === null ? (
          <div className="screen-state">
            <Spinner text={m.tile.verifying} />
          </div>
        ) : (
          <div className="screen-picture">
            <VideoTrack track={screen.track} fit="contain" label={title} />
            {props.drawing && (
              <Part>
                <ScreenDrawing name={member.name} drawing={props.drawing} main={props.main} />
              </Part>
            )}
          </div>
        )}
        <div className="tile-label">
          {props.pinned ? <Pin role="img" aria-label={m.tile.pinned} /> : <MonitorUp aria-hidden="true" />}
          <bdi className="tile-name">{title}</bdi>
        </div>
      </TileFrame>
    );
  },
  (old, now) =>
    old.member.name === now.member.name &&
    old.member.sources.screen.track === now.member.sources.screen.track &&
    old.member.sources.screen.seal === now.member.sources.screen.seal &&
    sameDrawing(old.drawing, now.drawing) &&
    sameFrame(old, now),
);

function sameDrawing(old: DrawingOn | null, now: DrawingOn | null): boolean {
  if (!old || !now) return old === now;
  const same = <Item,>(one: readonly Item[], other: readonly Item[]) =>
    one.length === other.length && one.every((item, index) => item === other[index]);
  return (
    old.on === now.on &&
    old.mayDraw === now.mayDraw &&
    same(old.elements, now.elements) &&
    same(old.pointers, now.pointers)
  );
}
