import { MonitorUp, TriangleAlert } from 'lucide-react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MemberView } from '../../meeting/view.ts';
import { Spinner } from '../components/Spinner.tsx';
import { VideoTrack } from './MediaTrack.tsx';

/** A shared screen, whole, never cropped. */
export function SharedScreen({ member }: { member: MemberView }) {
  const m = useMessages();
  const { screen } = member.sources;
  return (
    <figure className="screen">
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
        <VideoTrack track={screen.track} fit="contain" label={m.room.screenOf(member.name)} />
      )}
      <figcaption>
        <MonitorUp aria-hidden="true" />
        <bdi>{m.room.screenOf(member.name)}</bdi>
      </figcaption>
    </figure>
  );
}
