import {
  Activity,
  BookOpen,
  Captions,
  Disc,
  Ellipsis,
  EyeOff,
  Hand,
  Keyboard,
  LayoutGrid,
  Link,
  ListChecks,
  Lock,
  LogOut,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  PencilLine,
  Presentation,
  Settings,
  SlidersHorizontal,
  Smile,
  SwitchCamera,
  UserPlus,
  Users,
  Video,
  VideoOff,
} from 'lucide-react';
import { memo, type RefObject } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { useRecordingAllowed } from '../account/useAccounts.ts';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { Control } from './Control.tsx';
import { DeviceMenu } from './DeviceMenu.tsx';
import type { DialogName } from './Room.tsx';
import type { PanelName } from './RoomPanel.tsx';
import { useShortBar } from './useMediaQuery.ts';
import { selfOf, useActions } from './useMeeting.ts';
import './ControlBar.css';

interface Props {
  readonly view: MeetingView;
  readonly panel: PanelName | null;
  readonly unread: number;
  readonly onPanel: (panel: PanelName) => void;
  readonly onDialog: (dialog: DialogName) => void;
  readonly boardOpen: boolean;
  readonly onBoard: () => void;
  readonly moreRef: RefObject<HTMLButtonElement | null>;
}

/** The one bar of controls, below the stage. */
export const ControlBar = memo(function ControlBar({
  view,
  panel,
  unread,
  onPanel,
  onDialog,
  boardOpen,
  onBoard,
  moreRef,
}: Props) {
  const m = useMessages();
  const actions = useActions();
  const short = useShortBar();
  const recordingAllowed = useRecordingAllowed();
  const self = selfOf(view);
  const microphone = self?.sources.microphone.state ?? 'off';
  const camera = self?.sources.camera.state ?? 'off';
  const screen = self?.sources.screen.state ?? 'off';
  const handUp = self?.hand !== null && self !== undefined;
  const blocked = view.panic
    ? m.panic.blocked
    : view.hostGone?.now
      ? m.hostGone.blocked
      : m.controls.blockedByHost;
  const mayReact = view.rights.has('react');
  const shareBlocked = !view.devices.canShareScreen
    ? m.controls.noShare
    : screen === 'blocked' || !view.rights.has('share')
      ? blocked
      : null;
  const waiting = view.rights.has('admit') ? view.knocks.length : 0;

  const { devices } = view;
  const screenOffered = view.board.screens.some(({ device }) => device === self?.device);

  const more: MenuEntry[] = [
    ...(devices.canFlipCamera && camera === 'live'
      ? [
          {
            id: 'flip',
            name: m.controls.flip,
            icon: <SwitchCamera aria-hidden="true" />,
            act: () => actions.flipCamera(),
          },
        ]
      : []),
    ...(short && shareBlocked === null
      ? [
          {
            id: 'share',
            name: screen === 'live' ? m.room.stopSharing : m.controls.shareStart,
            icon: <MonitorUp aria-hidden="true" />,
            act: () => actions.setScreenShare(screen !== 'live'),
          },
          null,
        ]
      : []),
    ...(screen === 'live'
      ? [
          {
            id: 'screen-drawing',
            name: screenOffered ? m.board.screenForbid : m.board.screenAllow,
            icon: <PencilLine aria-hidden="true" />,
            act: () => actions.draw({ do: 'share', on: !screenOffered }),
          },
        ]
      : []),
    {
      id: 'board',
      name: boardOpen ? m.board.close : m.board.title,
      icon: <Presentation aria-hidden="true" />,
      act: onBoard,
    },
    {
      id: 'activities',
      name: m.activities.title,
      icon: <ListChecks aria-hidden="true" />,
      act: () => onPanel('activities'),
    },
    ...(view.breakouts.mayRun || view.breakouts.rooms?.entry === 'choice'
      ? [
          {
            id: 'breakout',
            name: m.breakout.title,
            icon: <LayoutGrid aria-hidden="true" />,
            act: () => onPanel('breakout'),
          },
        ]
      : []),
    { id: 'seal', name: m.controls.seal, icon: <Lock aria-hidden="true" />, act: () => onPanel('seal') },
    ...(view.rights.has('govern') || view.rights.has('moderate')
      ? [
          {
            id: 'host',
            name: m.controls.host,
            icon: <SlidersHorizontal aria-hidden="true" />,
            act: () => onPanel('host'),
          },
        ]
      : []),
    ...(recordingAllowed && view.rights.has('record') && view.recorder.state === 'off'
      ? [
          {
            id: 'record',
            name: m.recording.record,
            icon: <Disc aria-hidden="true" />,
            act: () => onDialog('record'),
          },
        ]
      : []),
    {
      id: 'captions',
      name: m.captions.title,
      icon: <Captions aria-hidden="true" />,
      act: () => onPanel('captions'),
    },
    {
      id: 'settings',
      name: m.controls.settings,
      icon: <Settings aria-hidden="true" />,
      act: () => onPanel('settings'),
    },
    {
      id: 'stats',
      name: m.controls.stats,
      icon: <Activity aria-hidden="true" />,
      act: () => onPanel('stats'),
    },
    view.rights.has('invite')
      ? {
          id: 'invite',
          name: m.invite.menu,
          icon: <UserPlus aria-hidden="true" />,
          act: () => onPanel('invite'),
        }
      : {
          id: 'link',
          name: m.room.copyLink,
          icon: <Link aria-hidden="true" />,
          act: () => onDialog('link'),
        },
    null,
    {
      id: 'shortcuts',
      name: m.controls.shortcuts,
      icon: <Keyboard aria-hidden="true" />,
      act: () => onDialog('shortcuts'),
    },
    {
      id: 'server',
      name: m.controls.server,
      icon: <EyeOff aria-hidden="true" />,
      act: () => onDialog('server'),
    },
    {
      id: 'guide',
      name: m.guide.title,
      icon: <BookOpen aria-hidden="true" />,
      // Beside the meeting, which goes on here.
      act: () => void open('/guide/host', '_blank', 'noopener'),
    },
  ];

  return (
    <section className="control-bar" aria-label={m.controls.bar}>
      <div className="control-group">
        <div className="control-pair">
          <Control
            name={m.controls.microphone}
            tip={
              devices.pushToTalk
                ? m.controls.hold
                : `${microphone === 'live' ? m.controls.mute : m.controls.unmute} (M)`
            }
            icon={microphone === 'live' ? <Mic /> : <MicOff />}
            on={microphone === 'live'}
            alertOff
            blocked={microphone === 'blocked' || !view.rights.has('speak') ? blocked : null}
            {...(devices.pushToTalk
              ? { onHold: (down: boolean) => actions.talk(down) }
              : { onPress: () => actions.setMicrophone(microphone !== 'live') })}
          />
          {!short && (
            <DeviceMenu
              name={m.controls.soundDevices}
              kinds={[
                {
                  title: m.devices.microphone,
                  choices: devices.microphones,
                  value: devices.microphone,
                  onChoose: (id) => actions.chooseMicrophone(id),
                },
                {
                  title: m.devices.speaker,
                  choices: devices.canChooseSpeaker ? devices.speakers : [],
                  value: devices.speaker,
                  onChoose: (id) => actions.chooseSpeaker(id),
                },
              ]}
            />
          )}
        </div>
        <div className="control-pair">
          <Control
            name={m.controls.camera}
            tip={`${camera === 'live' ? m.controls.cameraOff : m.controls.cameraOn} (V)`}
            icon={camera === 'live' ? <Video /> : <VideoOff />}
            on={camera === 'live'}
            alertOff
            blocked={camera === 'blocked' || !view.rights.has('camera') ? blocked : null}
            onPress={() => actions.setCamera(camera !== 'live')}
          />
          {!short && (
            <DeviceMenu
              name={m.controls.cameras}
              kinds={[
                {
                  title: m.devices.camera,
                  choices: devices.cameras,
                  value: devices.camera,
                  onChoose: (id) => actions.chooseCamera(id),
                },
              ]}
            />
          )}
        </div>
        {!short && (
          <Control
            name={m.controls.share}
            tip={screen === 'live' ? m.room.stopSharing : m.controls.shareStart}
            icon={<MonitorUp />}
            on={screen === 'live'}
            blocked={shareBlocked}
            onPress={() => actions.setScreenShare(screen !== 'live')}
          />
        )}
        {mayReact && (
          <Control
            name={m.controls.hand}
            tip={`${handUp ? m.controls.lower : m.controls.raise} (H)`}
            icon={<Hand />}
            on={handUp}
            onPress={() => actions.setHand(!handUp)}
          />
        )}
        {mayReact && !short && (
          <Menu
            trigger={<Control name={m.controls.react} tip={m.controls.react} icon={<Smile />} />}
            label={m.controls.react}
            placement="top"
            reactions={m.controls.reactions}
            onReact={(emoji) => actions.react(emoji)}
            entries={[]}
          />
        )}
      </div>
      <div className="control-group">
        <Control
          name={m.controls.chat}
          tip={`${m.controls.chat} (C)`}
          icon={<MessageSquare />}
          on={panel === 'chat'}
          badge={unread}
          badgeText={m.controls.unread(unread)}
          onPress={() => onPanel('chat')}
        />
        <Control
          name={m.controls.people}
          tip={`${m.controls.people} (P)`}
          icon={<Users />}
          on={panel === 'people'}
          badge={waiting}
          badgeText={m.controls.waiting(waiting)}
          onPress={() => onPanel('people')}
        />
        <Menu
          trigger={<Control name={m.controls.more} tip={m.controls.more} icon={<Ellipsis />} ref={moreRef} />}
          label={m.controls.more}
          placement="top end"
          entries={more}
          {...(short && mayReact
            ? { reactions: m.controls.reactions, onReact: (emoji: string) => actions.react(emoji) }
            : {})}
        />
      </div>
      <div className="control-group">
        <Control
          name={m.controls.leave}
          tip={m.controls.leave}
          icon={<LogOut />}
          tone="warn"
          onPress={() => onDialog('leave')}
        />
      </div>
    </section>
  );
});
