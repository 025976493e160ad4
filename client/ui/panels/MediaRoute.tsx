import { useEffect } from 'react';
import type { Messages } from '../../i18n/en.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { NetworkPath } from '../../meeting/callView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';

/** Which machine one's own pictures and sound pass, and how they get there. */
export function MediaRoute({ call, policy }: Pick<MeetingView, 'call' | 'policy'>) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  useEffect(() => {
    actions.watchStats(true);
    return () => actions.watchStats(false);
  }, [actions]);
  const { node, streams } = call;
  const [sends, receives] = (['send', 'receive'] as const).map((direction) =>
    wayWords(streams?.find((stream) => stream.direction === direction && stream.path)?.path ?? null, m),
  );
  return (
    <PanelSection title={m.route.title}>
      <dl className="seal-facts">
        <div>
          <dt>{m.route.server}</dt>
          <dd>{node === null ? m.route.unnamed(location.host) : m.route.node(node.name, node.region)}</dd>
        </div>
        {policy?.residency && (
          <div>
            <dt>{m.route.only}</dt>
            <dd>{format.list(policy.residency.regions)}</dd>
          </div>
        )}
        {sends === receives || sends === null || receives === null ? (
          <div>
            <dt>{m.route.way}</dt>
            <dd>{sends ?? receives ?? m.route.none}</dd>
          </div>
        ) : (
          <>
            <div>
              <dt>{m.route.sends}</dt>
              <dd>{sends}</dd>
            </div>
            <div>
              <dt>{m.route.receives}</dt>
              <dd>{receives}</dd>
            </div>
          </>
        )}
      </dl>
      <p className="seal-help">{m.route.blind}</p>
    </PanelSection>
  );
}

function wayWords(path: NetworkPath | null, m: Messages): string | null {
  if (path === null) return null;
  const protocol = path.protocol.toUpperCase();
  if (path.relay) return m.route.relayed(protocol);
  return m.route.direct(path.family === null ? protocol : m.route.over(protocol, `IPv${path.family}`));
}
