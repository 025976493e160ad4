import { Download, Ellipsis, Eye, Maximize, Pencil, Trash2, X, ZoomIn, ZoomOut } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { BoardElementView } from '../../meeting/boardView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { useNarrow } from '../meeting/useMediaQuery.ts';
import { useActions } from '../meeting/useMeeting.ts';
import { useSize } from '../meeting/useSize.ts';
import { saveAs } from '../saveAs.ts';
import { BoardCanvas } from './BoardCanvas.tsx';
import { allBounds } from './bounds.ts';
import { pngOf, svgOf } from './exportBoard.ts';
import { Toolbar } from './Toolbar.tsx';
import { firstHeld, isLooking } from './tools.ts';
import { usePictures } from './usePictures.ts';
import { fitted, useViewport, type Viewport } from './useViewport.ts';
import './board.css';

interface Props {
  readonly view: Pick<
    MeetingView,
    'board' | 'boardElements' | 'boardPictures' | 'viewOnly' | 'rights' | 'hostGone' | 'members' | 'label'
  >;
  readonly onClose: () => void;
}

/** The whiteboard on the stage: canvas, tools below it, and what concerns all of it above. */
export const Whiteboard = memo(function Whiteboard({ view, onClose }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const { board, rights } = view;
  const elements = useMemo(
    () => view.boardElements.filter(({ shape }) => shape.on === 'board'),
    [view.boardElements],
  );
  const pointers = board.pointers.filter(({ on }) => on === 'board');
  const mayDraw = rights.has('annotate') && !view.hostGone?.now;
  const mayModerate = rights.has('moderate');
  const [held, setHeld] = useState(firstHeld);
  const shownHeld = mayDraw || isLooking(held.tool) ? held : { ...held, tool: 'select' as const };
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question | null>(null);
  const [failed, setFailed] = useState(false);
  const drawn = useRef<SVGGElement>(null);
  const [frame, size] = useSize<HTMLDivElement>();
  const viewport = useViewport({ x: -40, y: -40, scale: 1 });
  const pictures = usePictures(view.boardPictures);
  const shapes = elements.map(({ shape }) => shape);
  // By the buttons in the corner; on a phone they stand above the board.
  const covered = useNarrow() ? 0 : 62;
  const showAll = () => {
    const bounds = allBounds(shapes);
    if (bounds) viewport.setView(fitted(bounds, size, covered));
  };
  // What is there already is shown whole when the board opens, and as long as nobody has moved it when its room
  // changes; under a hand that draws it stays where it is.
  const shown = useRef<Viewport | null>(null);
  const { width, height } = size;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when its room changes
  useEffect(() => {
    const moved = shown.current !== null && shown.current !== viewport.view;
    if (width === 0 || moved) return;
    const bounds = allBounds(shapes);
    if (!bounds) return;
    shown.current = fitted(bounds, size, covered);
    viewport.setView(shown.current);
  }, [width, height]);

  const chosen = elements.filter(({ ref }) => selected.has(ref));
  const removable = chosen.filter(({ mine }) => mine || mayModerate);
  const save = async (png: boolean) => {
    if (!drawn.current) return;
    const svg = svgOf(drawn.current, shapes, pictures.data, view.label);
    setFailed(false);
    if (!png) return saveAs(`${m.board.fileName}.svg`, 'image/svg+xml', svg.text);
    await pngOf(svg).then(
      (blob) => saveAs(`${m.board.fileName}.png`, 'image/png', blob),
      () => setFailed(true),
    );
  };
  const middle = { x: size.width / 2, y: size.height / 2 };
  const entries: MenuEntry[] = [
    { id: 'png', name: m.board.exportPng, icon: <Download aria-hidden="true" />, act: () => void save(true) },
    {
      id: 'svg',
      name: m.board.exportSvg,
      icon: <Download aria-hidden="true" />,
      act: () => void save(false),
    },
    ...(mayModerate
      ? [
          null,
          {
            id: 'view-only',
            name: view.viewOnly ? m.board.viewOnlyOff : m.board.viewOnlyOn,
            icon: view.viewOnly ? <Pencil aria-hidden="true" /> : <Eye aria-hidden="true" />,
            act: () => actions.setViewOnly(!view.viewOnly),
          },
        ]
      : []),
    ...(mayDraw && elements.some(({ mine }) => mine || mayModerate)
      ? [
          {
            id: 'clear',
            name: mayModerate ? m.board.clear : m.board.clearOwn,
            icon: <Trash2 aria-hidden="true" />,
            warn: true,
            act: () =>
              setQuestion({
                title: m.board.clearTitle,
                text: mayModerate ? m.board.clearText : m.board.clearOwnText,
                confirm: mayModerate ? m.board.clear : m.board.clearOwn,
                tone: 'warn',
                act: () => actions.draw({ do: 'clear' }),
              }),
          },
        ]
      : []),
  ];
  const differing = board.differs.flatMap(
    (device) => view.members.find((each) => each.device === device)?.name ?? [],
  );
  return (
    <section className="board" aria-label={m.board.title}>
      <div className="board-corner">
        <h2 className="board-title">{m.board.title}</h2>
        <IconButton label={m.board.zoomOut} onPress={() => viewport.zoom(0.8, middle)}>
          <ZoomOut aria-hidden="true" />
        </IconButton>
        <IconButton label={m.board.zoomIn} onPress={() => viewport.zoom(1.25, middle)}>
          <ZoomIn aria-hidden="true" />
        </IconButton>
        <IconButton label={m.board.fit} onPress={showAll}>
          <Maximize aria-hidden="true" />
        </IconButton>
        <Menu
          trigger={
            <IconButton label={m.board.more}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
          label={m.board.more}
          entries={entries}
        />
        <IconButton label={m.board.close} onPress={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      <div className="board-frame" ref={frame}>
        <BoardCanvas
          elements={elements}
          pointers={pointers}
          pictures={pictures.shown}
          held={shownHeld}
          viewport={viewport}
          size={size}
          mayDraw={mayDraw}
          mayModerate={mayModerate}
          selected={selected}
          onSelect={setSelected}
          draw={actions.draw}
          drawn={drawn}
        />
        {elements.length === 0 && (
          <p className="board-empty">{mayDraw ? m.board.empty : m.board.emptyViewer}</p>
        )}
      </div>
      <div className="board-notes" role="status">
        {!mayDraw && <p>{whyNot()}</p>}
        {board.full && mayDraw && <p>{m.board.full}</p>}
        {view.boardPictures.some(({ bytes }) => bytes === null) && (
          <p className="board-warning">{m.board.imageFailed}</p>
        )}
        {failed && <p className="board-warning">{m.board.exportFailed}</p>}
        {differing.length > 0 && (
          <p className="board-warning">
            {m.board.differs(format.list(differing))}
            <Button size="s" onPress={() => actions.draw({ do: 'reload' })}>
              {m.board.reload}
            </Button>
          </p>
        )}
      </div>
      <Toolbar
        held={shownHeld}
        onHeld={setHeld}
        mayDraw={mayDraw}
        onImage={
          rights.has('files')
            ? (file) => actions.draw({ do: 'image', file, at: viewport.toBoard(middle) })
            : null
        }
        canUndo={board.canUndo}
        canRedo={board.canRedo}
        canRemove={removable.length > 0}
        onUndo={() => actions.draw({ do: 'undo' })}
        onRedo={() => actions.draw({ do: 'redo' })}
        onRemove={() => {
          actions.draw({ do: 'remove', refs: removable.map(({ ref }: BoardElementView) => ref) });
          setSelected(new Set());
        }}
      />
      {question && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </section>
  );

  function whyNot(): string {
    if (view.hostGone?.now) return m.board.frozen;
    return view.viewOnly ? m.board.viewOnly : m.board.mayNot;
  }
});
