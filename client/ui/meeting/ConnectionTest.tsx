import { Activity, Check, Minus, X } from 'lucide-react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ConnectionTestView, WayResult } from '../../meeting/callView.ts';
import { Button } from '../components/Button.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { useActions } from './useMeeting.ts';

const icons: Readonly<Record<WayResult, React.ReactNode>> = {
  ok: <Check aria-hidden="true" />,
  blocked: <X aria-hidden="true" />,
  untested: <Minus aria-hidden="true" />,
};

/** How much each expectation should be noticed. */
const looks = {
  good: 'connection-good',
  fair: '',
  poor: 'connection-bad',
  none: 'connection-bad',
} as const;

const ways = ['udp', 'tcp', 'turn'] as const;

/** Whether media will come through from here, and how well; tested when asked. */
export function ConnectionTest({ test }: { test: ConnectionTestView }) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  return (
    <section className="connection-test" aria-label={m.connection.title}>
      <div className="connection-head">
        <span className="field-label">{m.connection.title}</span>
        <Button
          size="s"
          icon={<Activity aria-hidden="true" />}
          disabled={test.state === 'running'}
          onPress={() => actions.testConnection()}
        >
          {test.state === 'idle' ? m.connection.test : m.connection.again}
        </Button>
      </div>
      <div role="status" className="connection-result">
        {test.state === 'running' && <Spinner text={m.connection.running} />}
        {test.state === 'failed' && <p className="connection-bad">{m.connection.failed}</p>}
        {test.state === 'done' && test.expected !== null && (
          <p className={looks[test.advice === 'no-way' ? 'none' : test.expected]}>
            {m.common.sentences(
              m.connection.expected[test.advice === 'no-way' ? 'none' : test.expected],
              ...(test.rttMs === null ? [] : [m.connection.delay(format.number(Math.round(test.rttMs)))]),
            )}
          </p>
        )}
        {test.state === 'done' && test.advice !== null && <p>{m.connection.advice[test.advice]}</p>}
      </div>
      {test.state === 'done' && (
        <ul className="connection-ways">
          {ways.map((way) => (
            <li key={way} data-result={test[way]}>
              {icons[test[way]]}
              {m.connection.way(m.connection.ways[way], m.connection.results[test[way]])}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
