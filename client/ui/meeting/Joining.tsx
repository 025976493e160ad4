import { useEffect } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { alarmWords, gravest } from './alarmWords.ts';
import { SLOW_MS, useSlow } from './useSlow.ts';
import './Waiting.css';

/** Welcomed; keys are being set up. What stands in the way is said here too. */
export function Joining({ view }: { view: MeetingView }) {
  const m = useMessages();
  const slow = useSlow(SLOW_MS);
  const alarm = gravest(view.alarms);
  const words = alarm && alarmWords(alarm.alarm, view.members, m);
  useEffect(() => {
    document.title = `${m.joining.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page width="narrow" centred>
      <section className="waiting-words">
        <h1>{m.joining.title}</h1>
        <Spinner text={m.joining.text} />
        {slow && !words && <p role="status">{m.slow}</p>}
        {words && (
          <div role="alert">
            <Banner tone="warn" title={words.title}>
              {words.risk} {words.action}
            </Banner>
          </div>
        )}
      </section>
    </Page>
  );
}
