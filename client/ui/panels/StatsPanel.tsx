import { useEffect } from 'react';
import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { QualityReason, StreamView } from '../../meeting/callView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { useActions } from '../meeting/useMeeting.ts';
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
                <Stream key={`${stream.direction} ${stream.source} ${stream.rid}`} stream={stream} />
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

function Stream({ stream }: { stream: StreamView }) {
  const m = useMessages();
  const format = useFormat();
  return (
    <dl className="stream">
      {factsOf(stream, m, format).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Without the kind of media; with a capital, as it is written elsewhere. */
function codecName({ codec }: StreamView): string | undefined {
  return codec?.split('/')[1]?.replace(/^opus$/, 'Opus');
}

/** What is known of a stream; what the browser does not tell is left out. */
function factsOf(stream: StreamView, m: Messages, format: Format): readonly (readonly [string, string])[] {
  const { width, height, framesPerSecond, layer, frames } = stream;
  const picture =
    width !== null && height !== null
      ? `${width} × ${height}${framesPerSecond === null ? '' : ` · ${m.stats.perSecond(format.number(Math.round(framesPerSecond)))}`}`
      : null;
  const facts: readonly (readonly [string, string | null])[] = [
    [m.stats.source, m.stats.sources[stream.source]],
    [m.stats.codec, [codecName(stream), stream.scalabilityMode].filter(Boolean).join(' ') || null],
    [m.stats.picture, picture],
    [m.stats.layer, layer === null ? stream.rid : `${layer.spatial} / ${layer.temporal}`],
    [
      m.stats.rate,
      stream.bitrate === null ? null : `${format.number(Math.round(stream.bitrate / 1000))} kbit/s`,
    ],
    [m.stats.loss, stream.loss === null ? null : format.percent(stream.loss, 1)],
    [m.stats.delay, stream.rttMs === null ? null : `${format.number(Math.round(stream.rttMs))} ms`],
    [m.stats.jitter, stream.jitter === null ? null : `${format.number(Math.round(stream.jitter * 1000))} ms`],
    [
      stream.direction === 'send' ? m.stats.sealed : m.stats.opened,
      frames === null ? null : m.stats.frames(format.number(frames.passed), format.number(frames.dropped)),
    ],
    [
      m.stats.limit,
      stream.limitation === 'cpu' || stream.limitation === 'bandwidth'
        ? m.stats.limits[stream.limitation]
        : null,
    ],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
