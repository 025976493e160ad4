import { useEffect } from 'react';
import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { QualityReason, StreamView } from '../../meeting/callView.ts';
import type { MeetingView, SourceView } from '../../meeting/view.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { factsOf, sealOf } from './streamFacts.ts';
import './StatsPanel.css';

/** How good the call is and why, then every stream in numbers. */
export function StatsPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const format = useFormat();
  const { quality, streams } = view.call;
  useEffect(() => {
    actions.watchStats(true);
    return () => actions.watchStats(false);
  }, [actions]);
  const senders = [...new Set((streams ?? []).map(({ device }) => device))];
  return (
    <Panel title={m.stats.title} onClose={onClose}>
      <PanelSection title={m.stats.quality}>
        <div role="status" className={`quality quality-${quality.level}`}>
          <p>{m.stats.levels[quality.level]}</p>
          {quality.reasons.length > 0 && (
            <ul className="quality-reasons">
              {quality.reasons.map((reason) => (
                <li key={JSON.stringify(reason)}>{reasonWords(reason, view, m, format)}</li>
              ))}
            </ul>
          )}
        </div>
      </PanelSection>
      {streams === null ? (
        <div className="stats-wait">
          <Spinner text={m.stats.reading} />
        </div>
      ) : streams.length === 0 ? (
        <EmptyState title={m.stats.emptyTitle} text={m.stats.empty} />
      ) : (
        senders.map((device) => (
          <PanelSection
            key={device ?? 'own'}
            title={
              device === null
                ? m.stats.own
                : (view.members.find((member) => member.device === device)?.name ?? m.alarms.unknown)
            }
          >
            {streams
              .filter((stream) => stream.device === device)
              .map((stream) => (
                <Stream
                  key={`${stream.direction} ${stream.source} ${stream.rid}`}
                  stream={stream}
                  seal={sealOf(stream, view.members)}
                />
              ))}
          </PanelSection>
        ))
      )}
    </Panel>
  );
}

function reasonWords(reason: QualityReason, view: MeetingView, m: Messages, format: Format): string {
  switch (reason.kind) {
    case 'packet-loss':
      return m.stats.reasons.loss[reason.direction](reason.percent);
    case 'delay':
      return m.stats.reasons.delay(reason.ms);
    case 'other-side': {
      const names = view.members.filter(({ device }) => reason.devices.includes(device));
      return m.stats.reasons.others(format.list(names.map(({ name }) => name)));
    }
    default:
      return m.stats.reasons[reason.kind];
  }
}

function Stream({ stream, seal }: { stream: StreamView; seal: SourceView['seal'] }) {
  const m = useMessages();
  const format = useFormat();
  return (
    <dl className="stream">
      {factsOf(stream, seal, m, format).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
