import { AudioLines, Hand, MicOff, TriangleAlert, WifiLow, WifiOff } from 'lucide-react';
import { memo } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MemberView } from '../../meeting/view.ts';
import { Avatar } from '../components/Avatar.tsx';
import { VideoTrack } from './MediaTrack.tsx';
import './Tile.css';

/** Loudness from which someone counts as speaking. */
export const SPEAKING = 0.08;

interface Props {
  readonly member: MemberView;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Place in the order of raised hands, from 1; 0 for none. */
  readonly handOrder: number;
  readonly reaction: string | null;
}

/** One person: picture or initials, name, and what others must know about them. */
export const Tile = memo(function Tile({ member, width, height, handOrder, reaction }: Props) {
  const m = useMessages();
  const { camera, microphone } = member.sources;
  const muted = microphone.state !== 'live';
  const speaking = !muted && member.level >= SPEAKING;
  const cut = camera.seal === 'cut' || microphone.seal === 'cut';
  const verifying = !cut && camera.state === 'live' && camera.track === null && camera.seal === 'verifying';
  const small = width < 200 || height < 120;
  return (
    <li className="tile" data-speaking={speaking} data-small={small} style={{ width, height }}>
      {camera.track !== null && !cut ? (
        <VideoTrack track={camera.track} mirrored={member.self} />
      ) : (
        <div className="tile-blank">
          {cut ? (
            <p className="tile-cut">
              <TriangleAlert aria-hidden="true" />
              {m.tile.cut}
            </p>
          ) : (
            <Avatar
              name={member.name}
              seed={member.device}
              size={Math.round(Math.min(width, height) * 0.36)}
            />
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
        {muted && <MicOff className="tile-muted" role="img" aria-label={m.tile.muted} />}
        {speaking && <AudioLines className="tile-sound" aria-hidden="true" />}
        <bdi className="tile-name">{member.self ? m.tile.self(member.name) : member.name}</bdi>
        {member.connection !== 'good' && (
          <span className="tile-poor">
            {member.connection === 'lost' ? (
              <WifiOff role="img" aria-label={m.tile.lost} />
            ) : (
              <WifiLow role="img" aria-label={m.tile.poor} />
            )}
          </span>
        )}
      </div>
    </li>
  );
});
