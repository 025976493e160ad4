import { Disc, DoorOpen, MicOff, MonitorUp, VolumeX, WifiOff } from 'lucide-react';
import { memo } from 'react';
import type { Messages } from '../../i18n/en.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { Notice } from '../../meeting/noticeView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { HostBanners } from '../host/HostBanners.tsx';
import { later, Part } from '../later.tsx';
import { alarmWords, gravest } from './alarmWords.ts';
import { DeviceStarting } from './DeviceStarting.tsx';
import { startingDevices } from './deviceProblems.ts';
import { isLasting, noticeText } from './noticeText.ts';
import type { PanelName } from './RoomPanel.tsx';
import { recorderNames } from './recorders.ts';
import type { Sound } from './Sound.tsx';
import { selfOf, useActions } from './useMeeting.ts';

const BreakoutBanners = later(async () => (await import('../breakout/BreakoutBanners.tsx')).BreakoutBanners);

const MOST_NAMES = 5;

interface Props {
  readonly view: MeetingView;
  readonly sound: Sound;
  /** The panel that is open: what it shows needs no way there. */
  readonly panel: PanelName | null;
  readonly onPanel: (panel: PanelName) => void;
}

/** Everything that lasts until it is dealt with, above the stage; it pushes the stage down. */
export const Banners = memo(function Banners({ view, sound, panel, onPanel }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const alarm = gravest(view.alarms);
  const alarmText = alarm && alarmWords(alarm.alarm, view.members, m);
  const moreAlarms = view.alarms.length - 1;
  const lasting = view.notices.findLast(({ notice }) => isLasting(notice));
  const { screenHint } = view.call;
  const starting = startingDevices(view.devices);
  const watchers = watcherNames(view, m);
  const recorders = recorderNames({ ...view, members: view.members.filter(({ self }) => !self) }, m);
  const [firstKnock] = view.rights.has('admit') && panel !== 'people' ? view.knocks : [];
  return (
    // Each is read when it comes, not all of them again.
    <div className="banners" role="status" aria-atomic="false">
      <HostBanners view={view} />
      {view.breakouts.rooms !== null && (
        <Part>
          <BreakoutBanners
            rooms={view.breakouts.rooms}
            mayRun={view.breakouts.mayRun}
            shown={panel === 'breakout'}
            onShow={() => onPanel('breakout')}
          />
        </Part>
      )}
      {view.connection === 'reconnecting' && (
        <Banner tone="warn" icon={<WifiOff />} title={m.banner.reconnecting}>
          {m.banner.reconnectingText}
        </Banner>
      )}
      {alarmText !== undefined && (
        <Banner
          tone="warn"
          title={alarmText.title}
          {...(panel === 'seal'
            ? {}
            : {
                actions: (
                  <Button size="s" onPress={() => onPanel('seal')}>
                    {m.alarms.open}
                  </Button>
                ),
              })}
        >
          {m.common.sentences(alarmText.risk, ...(moreAlarms > 0 ? [m.alarms.more(moreAlarms)] : []))}
        </Banner>
      )}
      {!view.recordingAccepted && recorders.length > 0 && (
        <Banner
          tone="warn"
          icon={<Disc />}
          title={m.recording.stayTitle(format.list(recorders), recorders.length)}
          actions={
            <>
              <Button size="s" onPress={() => actions.leave()}>
                {m.recording.leave}
              </Button>
              <Button size="s" tone="primary" onPress={() => actions.acceptRecording()}>
                {m.recording.stay}
              </Button>
            </>
          }
        >
          {m.recording.stayText}
        </Banner>
      )}
      {sound.blocked && (
        <Banner
          icon={<VolumeX />}
          actions={
            <Button size="s" tone="primary" onPress={sound.unblock}>
              {m.banner.soundOn}
            </Button>
          }
        >
          {m.banner.soundBlocked}
        </Banner>
      )}
      {selfOf(view)?.sources.screen.state === 'live' && (
        <Banner
          icon={<MonitorUp />}
          title={m.room.sharing}
          actions={
            <>
              <Button
                size="s"
                onPress={() => actions.setScreenHint(screenHint === 'detail' ? 'motion' : 'detail')}
              >
                {screenHint === 'detail' ? m.room.forMotion : m.room.forDetail}
              </Button>
              <Button size="s" tone="primary" onPress={() => actions.setScreenShare(false)}>
                {m.room.stopSharing}
              </Button>
            </>
          }
        >
          {watchers.length > 0 ? m.room.watchedBy(format.list(watchers)) : m.room.sharingText}
        </Banner>
      )}
      {starting !== null && <DeviceStarting key={starting} kind={starting} />}
      {lasting !== undefined && (
        <Banner
          {...(lasting.notice.kind === 'talking-while-muted' ? { icon: <MicOff /> } : {})}
          actions={
            <>
              <Remedy
                notice={lasting.notice}
                onSettings={() => onPanel('settings')}
                onDone={() => actions.dismissNotice(lasting.id)}
              />
              <Button size="s" onPress={() => actions.dismissNotice(lasting.id)}>
                {m.common.dismiss}
              </Button>
            </>
          }
        >
          {noticeText(lasting.notice, m, format)}
        </Banner>
      )}
      {firstKnock !== undefined && (
        <Banner
          icon={<DoorOpen />}
          actions={
            <>
              {view.knocks.length === 1 && (
                <Button size="s" tone="primary" onPress={() => actions.admit([firstKnock.knockId])}>
                  {m.people.admit}
                </Button>
              )}
              <Button size="s" onPress={() => onPanel('people')}>
                {m.banner.showWaiting}
              </Button>
            </>
          }
        >
          {m.banner.waiting(firstKnock.name, view.knocks.length - 1)}
        </Banner>
      )}
    </div>
  );
});

/** Names of who says that they look at this device's screen: a few, and how many more. */
function watcherNames(view: MeetingView, m: Messages): readonly string[] {
  const names = view.call.watchers.flatMap(
    (device) => view.members.find((member) => member.device === device)?.name ?? [],
  );
  if (names.length <= MOST_NAMES) return names;
  return [...names.slice(0, MOST_NAMES), m.room.others(names.length - MOST_NAMES)];
}

/** The way out of what a notice says, where there is one. */
function Remedy(props: { notice: Notice; onSettings: () => void; onDone: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const { notice } = props;
  if (notice.kind === 'talking-while-muted') {
    return (
      <Button
        size="s"
        tone="primary"
        onPress={() => {
          actions.setMicrophone(true);
          props.onDone();
        }}
      >
        {m.controls.unmute}
      </Button>
    );
  }
  if (notice.kind !== 'device-lost' && notice.kind !== 'device-failed') return null;
  const { source } = notice;
  return (
    <>
      <Button
        size="s"
        tone="primary"
        onPress={() => {
          props.onDone();
          if (source === 'microphone' || source === 'camera') actions.retryDevices(source);
        }}
      >
        {m.common.tryAgain}
      </Button>
      <Button
        size="s"
        onPress={() => {
          props.onSettings();
          props.onDone();
        }}
      >
        {notice.kind === 'device-lost' ? m.banner.chooseDevice : m.controls.settings}
      </Button>
    </>
  );
}
