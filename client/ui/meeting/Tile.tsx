import { AudioLines, Ellipsis, Hand, MicOff, Pin, TriangleAlert, Wifi, WifiOff } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MemberView } from '../../meeting/view.ts';
import { Avatar } from '../components/Avatar.tsx';
import type { Box } from './grid.ts';
import { VideoTrack } from './MediaTrack.tsx';
import { SPEAKING } from './speaker.ts';
import { keyOf, type StageItem } from './stagePlan.ts';
import './Tile.css';

interface FrameProps {
  readonly box: Box;
  readonly main: boolean;
  readonly pinned: boolean;
  /** Opens what can be done with the tile, at its button. */
  readonly onMenu: (item: StageItem, button: HTMLElement) => void;
  readonly onPin: (item: StageItem) => void;
  /** Whether the tab key stops here; the others are reached by arrows. */
  readonly tabStop: boolean;
  readonly onFocus: (key: string) => void;
}

interface Props extends FrameProps {
  readonly member: MemberView;
  /** Place in the order of raised hands, from 1; 0 for none. */
  readonly handOrder: number;
  readonly reaction: string | null;
  /** For one's own picture, as in a mirror. */
  readonly mirrored: boolean;
}

/** One person: picture or initials, name, and what others must know about them. */
export const Tile = memo(function Tile(props: Props) {
  const { member, box, handOrder, reaction } = props;
  const m = useMessages();
  const { camera, microphone } = member.sources;
  const muted = microphone.state !== 'live';
  const speaking = isSpeaking(member);
  const cut = camera.seal === 'cut' || microphone.seal === 'cut';
  const verifying = !cut && camera.state === 'live' && camera.track === null && camera.seal === 'verifying';
  const avatar = (
    <Avatar
      name={member.name}
      seed={member.device}
      size={Math.round(Math.min(box.width, box.height, 480) * 0.36)}
    />
  );
  return (
    <TileFrame
      {...props}
      item={{ device: member.device, source: 'camera' }}
      name={member.name}
      speaking={speaking}
    >
      {camera.track !== null && !cut ? (
        <VideoTrack
          track={camera.track}
          mirrored={props.mirrored}
          before={<div className="tile-blank tile-before">{avatar}</div>}
        />
      ) : (
        <div className="tile-blank">
          {cut ? (
            <p className="tile-cut">
              <TriangleAlert aria-hidden="true" />
              {m.tile.cut}
            </p>
          ) : (
            avatar
          )}
          {verifying && <p className="tile-state">{m.tile.verifying}</p>}
        </div>
      )}
      <div className="tile-corner">
        {member.hand !== null && (
          <span className="tile-hand">
            <Hand aria-hidden="true" />
            {handOrder > 0 && <span aria-hidden="true">{handOrder}</span>}
            <span className="visually-hidden">{m.tile.handOrder(handOrder)}</span>
          </span>
        )}
        {reaction !== null && (
          <span className="tile-reaction" aria-hidden="true">
            {reaction}
          </span>
        )}
      </div>
      <div className="tile-label">
        {props.pinned && <Pin role="img" aria-label={m.tile.pinned} />}
        {muted && <MicOff className="tile-muted" role="img" aria-label={m.tile.muted} />}
        {speaking && <AudioLines className="tile-sound" aria-hidden="true" />}
        <bdi className="tile-name">{member.self ? m.tile.self(member.name) : member.name}</bdi>
        {member.connection !== 'good' && (
          <span className="tile-poor">
            {member.connection === 'lost' ? (
              <WifiOff role="img" aria-label={m.tile.lost} />
            ) : (
              <Wifi role="img" aria-label={m.tile.poor} />
            )}
          </span>
        )}
      </div>
    </TileFrame>
  );
}, sameTile);

function isSpeaking(member: MemberView): boolean {
  return member.sources.microphone.state === 'live' && member.level >= SPEAKING;
}

/** Loudness changes several times a second; only what can be seen of it draws a tile anew. */
function sameTile(old: Props, now: Props): boolean {
  const seen = ({ member }: Props) => {
    const { camera, microphone } = member.sources;
    return [
      member.name,
      member.self,
      member.hand,
      member.connection,
      isSpeaking(member),
      camera.state,
      camera.track,
      camera.seal,
      microphone.state,
      microphone.seal,
    ];
  };
  const before = seen(old);
  return (
    seen(now).every((value, index) => value === before[index]) &&
    sameFrame(old, now) &&
    old.handOrder === now.handOrder &&
    old.reaction === now.reaction &&
    old.mirrored === now.mirrored
  );
}

/** Whether two tiles stand at the same place and offer the same. */
export function sameFrame(old: FrameProps, now: FrameProps): boolean {
  return (
    old.box.x === now.box.x &&
    old.box.y === now.box.y &&
    old.box.width === now.box.width &&
    old.box.height === now.box.height &&
    old.main === now.main &&
    old.pinned === now.pinned &&
    old.onMenu === now.onMenu &&
    old.onPin === now.onPin &&
    old.tabStop === now.tabStop &&
    old.onFocus === now.onFocus
  );
}

interface TileFrameProps extends FrameProps {
  readonly item: StageItem;
  readonly name: string;
  readonly speaking?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The place of a tile on the stage, with its menu. A double click puts it forward. */
export function TileFrame(props: TileFrameProps) {
  const m = useMessages();
  const { box, item, main } = props;
  const small = box.width < 200 || box.height < 120;
  return (
    <li
      className={`tile ${props.className ?? ''}`}
      data-speaking={props.speaking ?? false}
      data-small={small}
      data-main={main}
      style={{ transform: `translate(${box.x}px, ${box.y}px)`, width: box.width, height: box.height }}
      onDoubleClick={() => props.onPin(item)}
    >
      {props.children}
      <button
        type="button"
        className="tile-menu"
        aria-label={m.people.actions(props.name)}
        aria-haspopup="menu"
        tabIndex={props.tabStop ? 0 : -1}
        onFocus={() => props.onFocus(keyOf(item))}
        onClick={(event) => props.onMenu(item, event.currentTarget)}
      >
        <Ellipsis aria-hidden="true" />
      </button>
    </li>
  );
}
