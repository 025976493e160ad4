import { Hourglass, Mic, OctagonPause, Pause, Video } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { AskView, HostGoneView, MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Ticking } from '../components/Ticking.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { mayPanic } from './PanicButton.tsx';
import { useCountdown } from './useCountdown.ts';
import './panic.css';

/** What hosts have done or ask, and what their absence brings; stays for as long as it holds. */
export function HostBanners({ view }: { view: MeetingView }) {
  return (
    <>
      {view.panic && <PanicBanner view={view} />}
      {view.hostGone !== null && !view.panic && <HostGoneBanner gone={view.hostGone} />}
      {view.asks.map((ask) => (
        <AskBanner key={ask.id} ask={ask} />
      ))}
    </>
  );
}

function PanicBanner({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const staff = view.role === 'host' || view.role === 'cohost';
  const by = usePanicBy(view);
  return (
    <div className="panic-banner" role="alert">
      <OctagonPause aria-hidden="true" />
      <div className="panic-words">
        <p className="panic-title">{m.panic.title}</p>
        {by !== '' && <p>{m.panic.text(by)}</p>}
        <p>{staff ? m.panic.forStaff : m.panic.forAll}</p>
      </div>
      {mayPanic(view) && <Button onPress={() => actions.setPanic(false)}>{m.panic.undo}</Button>}
    </div>
  );
}

/** Who stopped the meeting. Its notice goes after some seconds; who it was stays worth knowing. */
function usePanicBy({ notices }: MeetingView): string {
  const [known, setKnown] = useState('');
  const said = notices.findLast(({ notice }) => notice.kind === 'panic')?.notice;
  if (said?.kind === 'panic' && said.by !== known) setKnown(said.by);
  return known;
}

function HostGoneBanner({ gone }: { gone: HostGoneView }) {
  const m = useMessages();
  const left = useCountdown(gone.at);
  if (gone.next === 'freeze' && gone.now) {
    return (
      <Banner icon={<Pause />} title={m.hostGone.frozen}>
        {m.hostGone.frozenText}
      </Banner>
    );
  }
  return (
    <Banner icon={<Hourglass />}>
      <Ticking
        clock={left}
        text={gone.next === 'freeze' ? m.hostGone.freezeSoon(left) : m.hostGone.endSoon(left)}
      />
    </Banner>
  );
}

function AskBanner({ ask }: { ask: AskView }) {
  const m = useMessages();
  const actions = useActions();
  const camera = ask.source === 'camera';
  const by = ask.by || m.notices.host;
  return (
    <div role="alert">
      <Banner
        icon={camera ? <Video /> : <Mic />}
        title={camera ? m.asks.camera(by) : m.asks.microphone(by)}
        actions={
          <>
            <Button size="s" tone="primary" onPress={() => actions.answerAsk(ask.id, true)}>
              {camera ? m.asks.cameraOn : m.asks.unmute}
              <span className="key-hint">{m.common.key('Y')}</span>
            </Button>
            <Button size="s" onPress={() => actions.answerAsk(ask.id, false)}>
              {m.asks.no}
              <span className="key-hint">{m.common.key('N')}</span>
            </Button>
          </>
        }
      >
        {m.asks.text}
      </Banner>
    </div>
  );
}
