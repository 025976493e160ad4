import { type Line, lineChart } from './chart.ts';
import type { LoadReport, Point, Quantiles } from './report.ts';

/** Text in HTML. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; --line: #8884; --one: #1f5fbf; --two: #b4541a; --three: #3f7d3a; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin-top: 2rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); }
td { font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; } svg text { fill: currentColor; font-size: 11px; }
svg .grid { stroke: var(--line); } polyline { fill: none; stroke-width: 2; }
.c0 { stroke: var(--one); } .c1 { stroke: var(--two); } .c2 { stroke: var(--three); }
.k0 { color: var(--one); } .k1 { color: var(--two); } .k2 { color: var(--three); }
`;

function lineOf(name: string, points: readonly Point[], of: (point: Point) => number | null): Line {
  return {
    name,
    points: points.flatMap((point) => {
      const value = of(point);
      return value === null ? [] : [{ x: point.at, y: value }];
    }),
  };
}

function charts(points: readonly Point[]): string {
  const line = (name: string, of: (point: Point) => number | null) => lineOf(name, points, of);
  return [
    lineChart('Participants inside', '', [line('inside', ({ inside }) => inside)]),
    lineChart('Received by all', 'Mbit/s', [line('media', ({ megabits }) => megabits)]),
    lineChart('Server', 'cores', [
      line('media workers', ({ mediaCores }) => mediaCores),
      line('signalling', ({ nodeCores }) => nodeCores),
    ]),
    lineChart('Memory of the server', 'MiB', [
      line('media workers', ({ mediaMiB }) => mediaMiB),
      line('signalling', ({ nodeMiB }) => nodeMiB),
    ]),
    lineChart('Event loop late, 99% of the time by less than', 'ms', [
      line('server', ({ serverLoopP99 }) => serverLoopP99),
      line('participants', ({ ownLoopP99 }) => ownLoopP99),
    ]),
    lineChart('Packets lost', '%', [line('lost', ({ lostPercent }) => lostPercent)]),
    lineChart('Participants’ own processes', 'cores', [line('participants', ({ ownCores }) => ownCores)]),
  ].join('\n');
}

function row(name: string, value: string): string {
  return `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`;
}

function spreadRow(name: string, spread: Quantiles | null): string {
  if (spread === null) return row(name, 'not measured');
  return row(
    name,
    `median ${spread.median} ms, 99% ${spread.p99} ms, worst ${spread.worst} ms (${spread.count})`,
  );
}

function figures({ steady, joins, epochs, latency, massLeaveMs, settings, machine }: LoadReport): string {
  const told = (value: number | null, unit: string) => (value === null ? 'not told' : `${value} ${unit}`);
  return `<table>
${row('Participants', `${steady.inside} of ${settings.participants}, ${settings.publishers} with a camera, ${settings.microphones} with a microphone`)}
${row('Received', `${steady.megabits} Mbit/s, ${steady.packets} packets/s, ${steady.lostPercent}% lost`)}
${row('Server, signalling', `${told(steady.nodeCores, 'cores')}, ${told(steady.nodeMiB, 'MiB')}`)}
${row('Server, media workers', `${told(steady.mediaCores, 'cores')}, ${told(steady.mediaMiB, 'MiB')}`)}
${row('Frames sealed and opened', `${steady.sealedPerSecond}/s and ${steady.openedPerSecond}/s`)}
${spreadRow('From asking to join to having keys', joins)}
${spreadRow('From the first to the last member with new keys', epochs)}
${spreadRow('Picture, from made to opened', latency)}
${row('All leave, until the last one is alone', massLeaveMs === null ? 'not measured' : `${massLeaveMs} ms`)}
${row('Machine of the participants', `${machine.cores} cores, ${machine.processor}, load ${machine.load.join(' ')}`)}
</table>`;
}

/** The report as one page that needs nothing else. */
export function pageOf(report: LoadReport): string {
  const list = (items: readonly string[]) => items.map((item) => `<li>${escaped(item)}</li>`).join('\n');
  const failures = report.failures.slice(0, 50);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sealroom load report</title>
<style>${style}</style>
</head>
<body>
<h1>Sealroom load report</h1>
<p>${escaped(report.at)} · ${report.settings.suite} · means over ${report.steady.seconds} s with everybody inside</p>
<h2>Advice</h2>
<ul>
${list(report.advice)}
</ul>
<h2>Figures</h2>
${figures(report)}
<h2>Over time, in seconds</h2>
<div class="charts">
${charts(report.points)}
</div>
<h2>What this does not measure</h2>
<ul>
${list(NOT_MEASURED)}
</ul>
${failures.length > 0 ? `<h2>Failures</h2>\n<ul>\n${list(failures)}\n</ul>` : ''}
</body>
</html>
`;
}

/** What differs from a meeting of people, said wherever the figures are. */
export const NOT_MEASURED: readonly string[] = [
  'Encoding, decoding and drawing: frames are random bytes of an even size, sealed and opened by the code that browsers run. One layer per camera, no simulcast, no retransmission asked for, no screen sharing.',
  'Congestion control: participants that only count what they receive give no feedback, so the server never has to send them less.',
  'A browser’s ICE: one pair of addresses, checked by this program. DTLS and SRTP are those of a media worker, once for each connection; participants that only count do not decrypt SRTP.',
  'The load of the page itself, and of TURN.',
];
