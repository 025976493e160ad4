import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { StreamView } from '../../meeting/callView.ts';
import type { MemberView, SourceView } from '../../meeting/view.ts';

/** Whether a stream is sealed, as its member shows it; `none` once the member has left. */
export function sealOf(
  { device, source }: Pick<StreamView, 'device' | 'source'>,
  members: readonly Pick<MemberView, 'device' | 'self' | 'sources'>[],
): SourceView['seal'] {
  const member = members.find((each) => (device === null ? each.self : each.device === device));
  return member?.sources[source].seal ?? 'none';
}

/** What is known of a stream, by name; what the browser does not tell is left out. */
export function factsOf(
  stream: StreamView,
  seal: SourceView['seal'],
  m: Messages,
  format: Format,
): readonly (readonly [string, string])[] {
  const { width, height, framesPerSecond, layer, frames } = stream;
  const picture =
    width !== null && height !== null
      ? `${width} × ${height}${framesPerSecond === null ? '' : ` · ${m.stats.perSecond(format.number(Math.round(framesPerSecond)))}`}`
      : null;
  const facts: readonly (readonly [string, string | null])[] = [
    [m.stats.source, m.stats.sources[stream.source]],
    [m.stats.seal, seal === 'none' ? null : m.stats.seals[seal]],
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

/** Without the kind of media; with a capital, as it is written elsewhere. */
function codecName({ codec }: StreamView): string | undefined {
  return codec?.split('/')[1]?.replace(/^opus$/, 'Opus');
}
