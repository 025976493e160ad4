import { useEffect } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { SLOW_MS, useSlow } from '../meeting/useSlow.ts';
import { roomName, roomOf } from './roomName.ts';
import '../meeting/Waiting.css';

/** On the way into a breakout room. */
export function Entering({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const slow = useSlow(SLOW_MS);
  const { rooms } = view.breakouts;
  const room = rooms ? roomOf(rooms, rooms.here) : undefined;
  const title = m.breakout.entering(room ? roomName(room, m) : m.breakout.title);
  useEffect(() => {
    document.title = `${title} · ${m.common.product}`;
  }, [title, m]);
  return (
    <Page width="narrow" centred>
      <section className="waiting-words">
        <h1>{title}</h1>
        <Spinner text={m.breakout.enteringText} />
        {slow && <p role="status">{m.slow}</p>}
        <Button onPress={() => actions.returnToMain()}>{m.breakout.back}</Button>
      </section>
    </Page>
  );
}
