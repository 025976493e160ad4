import { DoorOpen, MonitorUp, VolumeX, WifiOff } from 'lucide-react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { alarmWords } from './alarmWords.ts';
import { isLasting, noticeText } from './noticeText.ts';
import type { Sound } from './Sound.tsx';
import { selfOf, useActions } from './useMeeting.ts';

interface Props {
  readonly view: MeetingView;
  readonly sound: Sound;
  readonly peopleOpen: boolean;
  readonly onSeal: () => void;
  readonly onPeople: () => void;
}

/** Everything that lasts until it is dealt with, above the stage; it pushes the stage down. */
export function Banners({ view, sound, peopleOpen, onSeal, onPeople }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const alarm = view.alarms.at(-1);
  const lasting = view.notices.findLast(({ notice }) => isLasting(notice));
  const [firstKnock] = view.rights.has('admit') && !peopleOpen ? view.knocks : [];
  return (
    <div className="banners" role="status">
      {view.connection === 'reconnecting' && (
        <Banner tone="warn" icon={<WifiOff />} title={m.banner.reconnecting}>
          {m.banner.reconnectingText}
        </Banner>
      )}
      {alarm !== undefined && (
        <Banner
          tone="warn"
          title={alarmWords(alarm.alarm, view.members, m).title}
          actions={
            <Button size="s" onPress={onSeal}>
              {m.alarms.open}
            </Button>
          }
        >
          {alarmWords(alarm.alarm, view.members, m).risk}
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
            <Button size="s" onPress={() => actions.setScreenShare(false)}>
              {m.room.stopSharing}
            </Button>
          }
        >
          {m.room.sharingText}
        </Banner>
      )}
      {lasting !== undefined && (
        <Banner
          actions={
            <Button size="s" onPress={() => actions.dismissNotice(lasting.id)}>
              {m.common.dismiss}
            </Button>
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
              <Button size="s" onPress={onPeople}>
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
}
