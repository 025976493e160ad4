import { useCallback, useEffect, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { Meeting } from '../../meeting/meeting.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Entering } from '../breakout/Entering.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { codeOf } from '../errorCode.ts';
import { Classification } from '../host/Classification.tsx';
import { useNoteMeeting } from '../meetings/useNoteMeeting.ts';
import { ReportHost } from '../report/ReportHost.tsx';
import type { LoadServices } from '../services.ts';
import { Ending, Failed } from './Ending.tsx';
import { Joining } from './Joining.tsx';
import { Passphrase } from './Passphrase.tsx';
import { Prejoin } from './Prejoin.tsx';
import { Room } from './Room.tsx';
import { ActionsContext, useMeeting } from './useMeeting.ts';
import { useRoomMemory } from './useRoomMemory.ts';
import { SLOW_MS, useSlow } from './useSlow.ts';
import { Waiting } from './Waiting.tsx';

interface Props {
  readonly meetingId: string;
  readonly fragment: string;
  readonly services: LoadServices;
}

/** One meeting by its link, from looking it up to leaving it. */
export function MeetingRoute({ meetingId, fragment, services }: Props) {
  const m = useMessages();
  const [meeting, setMeeting] = useState<Meeting | null>(null);
  const [failure, setFailure] = useState<ErrorCode | null>(null);
  const [attempt, setAttempt] = useState(0);
  const reopen = useCallback(() => setAttempt((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` opens the meeting anew
  useEffect(() => {
    let opened: Meeting | null = null;
    let current = true;
    setFailure(null);
    services().then(
      ({ openMeeting }) => {
        if (!current) return;
        opened = openMeeting({ meetingId, fragment });
        setMeeting(opened);
      },
      (error: unknown) => {
        if (current) setFailure(codeOf(error, m));
      },
    );
    return () => {
      current = false;
      opened?.close();
      setMeeting(null);
    };
  }, [meetingId, fragment, services, attempt]);

  if (failure !== null) return <Failed code={failure} onRetry={reopen} />;
  if (meeting === null) return <Opening />;
  return <Place meeting={meeting} id={meetingId} fragment={fragment} onReopen={reopen} />;
}

interface PhasesProps {
  readonly meeting: Meeting;
  readonly id: string;
  readonly fragment: string;
  readonly onReopen: () => void;
}

/** The main meeting, or the breakout room that the page is in. */
function Place({ meeting, id, fragment, onReopen }: PhasesProps) {
  useMeeting(meeting);
  const { room } = meeting;
  return (
    <ActionsContext value={room?.meeting ?? meeting}>
      {room === null ? (
        <Phases key="main" meeting={meeting} id={id} fragment={fragment} onReopen={onReopen} />
      ) : (
        <InRoom key={room.id} room={room.meeting} />
      )}
    </ActionsContext>
  );
}

function InRoom({ room }: { room: Meeting }) {
  const view = useMeeting(room);
  const memory = useRoomMemory();
  return (
    <ReportHost view={view}>
      <Classification label={view.label} />
      {view.phase.name === 'meeting' ? <Room view={view} {...memory} /> : <Entering view={view} />}
    </ReportHost>
  );
}

function Phases({ meeting, id, fragment, onReopen }: PhasesProps) {
  const m = useMessages();
  const view: MeetingView = useMeeting(meeting);
  const { phase } = view;
  useNoteMeeting(id, fragment, phase.name);
  const memory = useRoomMemory();
  useEffect(() => {
    if (phase.name === 'meeting') document.title = `${m.room.title} · ${m.common.product}`;
  }, [phase.name, m]);
  return (
    <ReportHost view={view}>
      <Classification label={view.label} />
      {page()}
    </ReportHost>
  );

  function page() {
    switch (phase.name) {
      case 'opening':
        return <Opening />;
      case 'prejoin':
        return <Prejoin view={view} phase={phase} />;
      case 'passphrase':
        return <Passphrase phase={phase} />;
      case 'waiting':
        return <Waiting view={view} phase={phase} />;
      case 'joining':
        return <Joining view={view} />;
      case 'meeting':
        return <Room view={view} {...memory} />;
      default:
        return (
          <Ending
            phase={phase}
            recorder={view.recorder.state}
            mayReport={view.report !== null}
            onReopen={onReopen}
            onTakeOver={() => meeting.takeOver()}
          />
        );
    }
  }
}

function Opening() {
  const m = useMessages();
  const slow = useSlow(SLOW_MS);
  return (
    <Page width="narrow" centred>
      <div className="waiting-words">
        <h1 className="visually-hidden">{m.room.title}</h1>
        <Spinner text={m.opening} />
        {slow && <p role="status">{m.slow}</p>}
      </div>
    </Page>
  );
}
