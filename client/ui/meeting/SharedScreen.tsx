import { MonitorUp, Pin, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MemberView } from '../../meeting/view.ts';
import { Spinner } from '../components/Spinner.tsx';
import { VideoTrack } from './MediaTrack.tsx';
import { sameFrame, TileFrame } from './Tile.tsx';

type Props = Omit<Parameters<typeof TileFrame>[0], 'item' | 'name' | 'children'> & {
  readonly member: MemberView;
};

/** A shared screen, whole, never cropped. */
export const SharedScreen = memo(
  function SharedScreen(props: Props) {
    const m = useMessages();
    const { member } = props;
    const { screen } = member.sources;
    const title = m.room.screenOf(member.name);
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
          <VideoTrack track={screen.track} fit="contain" label={title} />
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
    sameFrame(old, now),
);
