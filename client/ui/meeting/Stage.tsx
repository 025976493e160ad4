import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { gridCapacity, planGrid } from './grid.ts';
import { SharedScreen } from './SharedScreen.tsx';
import { Tile } from './Tile.tsx';
import { useActions } from './useMeeting.ts';
import { type ShownTile, useShownTiles } from './useShownTiles.ts';
import { type Size, useSize } from './useSize.ts';
import './Stage.css';

const GAP = 8;

/** The people, or a shared screen with the people in a strip. */
export function Stage({ view }: { view: MeetingView }) {
  const m = useMessages();
  const sharing = view.members.filter((member) => !member.self && member.sources.screen.state === 'live');
  const alone = view.members.length === 1;
  return (
    <main className="stage" aria-label={m.room.stage}>
      {sharing.length > 0 ? (
        <SharedStage view={view} sharing={sharing} />
      ) : (
        <People view={view} members={view.members} companion={alone ? <Alone link={view.link} /> : null} />
      )}
    </main>
  );
}

function Alone({ link }: { link: string }) {
  const m = useMessages();
  return (
    <div className="alone">
      <h2>{m.room.alone}</h2>
      <p>{m.room.aloneText}</p>
      <CopyButton text={link} label={m.room.copyLink} />
    </div>
  );
}

function SharedStage({ view, sharing }: { view: MeetingView; sharing: readonly MemberView[] }) {
  const m = useMessages();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = sharing.find((member) => member.device === chosen) ?? sharing[0];
  const [screenRef, screenSize] = useSize<HTMLDivElement>();
  if (shown === undefined) return null;
  const extra: ShownTile[] = [
    { device: shown.device, source: 'screen', height: Math.round(screenSize.height) },
  ];
  return (
    <div className="shared-stage">
      <div className="shared-main">
        {sharing.length > 1 && (
          <div className="shared-choice">
            {sharing.map((member) => (
              <button
                key={member.device}
                type="button"
                aria-pressed={member === shown}
                onClick={() => setChosen(member.device)}
              >
                {m.room.screenOf(member.name)}
              </button>
            ))}
          </div>
        )}
        <div className="shared-screen" ref={screenRef}>
          <SharedScreen member={shown} />
        </div>
      </div>
      <div className="shared-strip">
        <People view={view} members={view.members} strip extra={extra} />
      </div>
    </div>
  );
}

interface PeopleProps {
  readonly view: MeetingView;
  readonly members: readonly MemberView[];
  /** Stands beside the only tile. */
  readonly companion?: React.ReactNode;
  readonly strip?: boolean;
  readonly extra?: readonly ShownTile[];
}

const none: readonly ShownTile[] = [];

function People({ view, members, companion = null, strip = false, extra = none }: PeopleProps) {
  const m = useMessages();
  const actions = useActions();
  const [ref, size] = useSize<HTMLDivElement>();
  const [page, setPage] = useState(0);
  const { perPage, pages, width, height, columns } = layout(
    size,
    members.length + (companion ? 1 : 0),
    strip,
  );
  const current = Math.min(page, pages - 1);

  useEffect(() => {
    if (page !== current) setPage(current);
  }, [page, current]);

  const shown = members.slice(current * perPage, (current + 1) * perPage);
  const hands = members
    .filter((member) => member.hand !== null)
    .sort((one, other) => (one.hand ?? 0) - (other.hand ?? 0));
  const cameras = shown
    .filter((member) => !member.self && height > 0)
    .map((member): ShownTile => ({ device: member.device, source: 'camera', height }));
  useShownTiles([...extra, ...cameras], actions);

  return (
    <div className="people-area">
      <div className="people-measure" ref={ref}>
        {width > 0 && (
          <ul className="people-grid" style={{ width: columns * width + (columns - 1) * GAP }}>
            {shown.map((member) => (
              <Tile
                key={member.device}
                member={member}
                width={width}
                height={height}
                handOrder={hands.indexOf(member) + 1}
                reaction={
                  view.reactions.findLast((reaction) => reaction.from === member.device)?.emoji ?? null
                }
              />
            ))}
            {companion !== null && (
              <li className="tile-companion" style={{ width, height }}>
                {companion}
              </li>
            )}
          </ul>
        )}
      </div>
      {pages > 1 && (
        <nav className="pager" aria-label={m.room.page(current + 1, pages)}>
          <IconButton
            label={m.room.previousPage}
            disabled={current === 0}
            onPress={() => setPage(current - 1)}
          >
            <ChevronLeft aria-hidden="true" />
          </IconButton>
          <span>{m.room.page(current + 1, pages)}</span>
          <IconButton
            label={m.room.nextPage}
            disabled={current === pages - 1}
            onPress={() => setPage(current + 1)}
          >
            <ChevronRight aria-hidden="true" />
          </IconButton>
        </nav>
      )}
    </div>
  );
}

interface Layout {
  readonly perPage: number;
  readonly pages: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

function layout(size: Size, count: number, strip: boolean): Layout {
  if (size.width === 0 || size.height === 0)
    return { perPage: count, pages: 1, columns: 1, width: 0, height: 0 };
  if (strip) return stripLayout(size, count);
  const perPage = Math.min(count, gridCapacity(size.width, size.height, GAP));
  const plan = planGrid(perPage, size.width, size.height, GAP);
  return {
    perPage,
    pages: Math.max(1, Math.ceil(count / perPage)),
    columns: plan.columns,
    width: plan.tileWidth,
    height: plan.tileHeight,
  };
}

// A strip is one row or one column of 4:3 tiles, whichever its shape allows.
function stripLayout(size: Size, count: number): Layout {
  const upright = size.height > size.width;
  const width = Math.floor(upright ? size.width : (size.height * 4) / 3);
  const height = Math.floor(upright ? (size.width * 3) / 4 : size.height);
  const room = upright ? size.height : size.width;
  const step = upright ? height : width;
  const perPage = Math.max(1, Math.floor((room + GAP) / (step + GAP)));
  return {
    perPage,
    pages: Math.max(1, Math.ceil(count / perPage)),
    columns: upright ? 1 : Math.min(perPage, count),
    width,
    height,
  };
}
