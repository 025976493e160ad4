import { Ellipsis, Hand, Mic, MicOff, MonitorUp, Video, VideoOff } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { deviceMark } from '../../meeting/deviceMark.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { roomName, whereIs } from '../breakout/roomName.ts';
import { Avatar } from '../components/Avatar.tsx';
import type { Question } from '../components/Confirm.tsx';
import { Menu } from '../components/Menu.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { useReport } from '../report/ReportHost.tsx';
import { memberActions } from './memberActions.tsx';
import { VerifiedLine } from './VerifiedLine.tsx';

interface Props {
  readonly member: MemberView;
  readonly view: MeetingView;
  readonly handOrder: number;
  readonly onAsk: (question: Question) => void;
  readonly onRename: () => void;
}

/** One member: who, since when trusted, what is on, and what may be done. */
export function MemberRow({ member, view, handOrder, onAsk, onRename }: Props) {
  const m = useMessages();
  const actions = useActions();
  const report = useReport();
  const onReport = () => report(member.device);
  const entries = memberActions({ member, view, actions, m, onAsk, onRename, onReport });
  const { microphone, camera, screen } = member.sources;
  const away = whereIs(view, member.device);
  const admitted = member.admittedBy === null ? m.people.founder : m.people.admittedBy(member.admittedBy);
  return (
    <li className="person">
      <Avatar name={member.name} seed={member.device} />
      <div className="person-words">
        <div className="person-top">
          <p className="person-name">
            <bdi>{member.self ? m.tile.self(member.name) : member.name}</bdi>
          </p>
          <div className="person-icons">
            {member.hand !== null && (
              <span className="person-hand">
                <Hand role="img" aria-label={m.people.hand} />
                {handOrder}
              </span>
            )}
            {screen.state === 'live' && <MonitorUp role="img" aria-label={m.people.sharing} />}
            {camera.state === 'live' ? (
              <Video role="img" aria-label={m.people.cameraOn} />
            ) : (
              <VideoOff role="img" className="person-off" aria-label={m.people.cameraOff} />
            )}
            {microphone.state === 'live' ? (
              <Mic role="img" aria-label={m.people.microphoneOn} />
            ) : (
              <MicOff role="img" className="person-off" aria-label={m.people.microphoneOff} />
            )}
          </div>
        </div>
        <p className="person-fact">
          {m.roles[member.role]} · <bdi>{admitted}</bdi>
        </p>
        {away && <p className="person-fact">{m.breakout.inRoom(roomName(away, m))}</p>}
        <VerifiedLine identity={member.identity} />
        {view.policy?.watermark && <p className="person-fact">{m.member.mark(deviceMark(member.device))}</p>}
        {!member.self && (
          <p className={`person-fact person-trust-${member.trust}`}>{m.people.trust[member.trust]}</p>
        )}
      </div>
      {entries.length > 0 ? (
        <Menu
          label={m.people.actions(member.name)}
          entries={entries}
          placement="left top"
          trigger={
            <AriaButton className="icon-button" aria-label={m.people.actions(member.name)}>
              <Ellipsis aria-hidden="true" />
            </AriaButton>
          }
        />
      ) : (
        <span className="person-gap" />
      )}
    </li>
  );
}
