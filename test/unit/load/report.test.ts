import { describe, expect, it } from 'vitest';
import { lineChart, roundUp } from '../../bench/load/chart.ts';
import type { CrowdSample } from '../../bench/load/crowd.ts';
import { readCommand } from '../../bench/load/options.ts';
import { pageOf } from '../../bench/load/page.ts';
import { type Moment, reportOf } from '../../bench/load/report.ts';
import { figuresOf } from '../../bench/load/serverFigures.ts';
import { Tally } from '../../bench/load/tally.ts';
import { exponent } from '../../bench/scale/fit.ts';

const { settings } = readCommand(['--participants', '10', '--publishers', '2', '--microphones', '2']);
const machine = { cores: 4, processor: 'a <fast> one', memoryGiB: 8, node: 'v24', chromium: '', load: [1] };

const crowd = (change: Partial<CrowdSample>): CrowdSample => ({
  inside: 10,
  seen: { least: 11, most: 11 },
  epochs: [],
  joins: [],
  packets: 0,
  bytes: 0,
  lost: 0,
  streams: 0,
  sealed: 0,
  opened: 0,
  latencies: [],
  alarms: 0,
  failures: [],
  loopP99: 5,
  cpuSeconds: 0,
  ...change,
});

const server = (cpu: number) => ({
  nodeCpu: cpu,
  mediaCpu: cpu,
  nodeBytes: 2 ** 30,
  mediaBytes: 2 ** 29,
  loopP99: 4,
});

/** Ten participants that receive 1 Mbit/s each, while the server uses half a core. */
const moments: Moment[] = Array.from({ length: 6 }, (_, at) => ({
  at,
  crowds: [
    crowd({
      packets: 1_000,
      bytes: 625_000,
      cpuSeconds: at,
      epochs: [{ epoch: at, first: 1_000, last: 1_040 }],
    }),
    crowd({ inside: 0, bytes: 625_000, epochs: [{ epoch: at, first: 990, last: 1_010 }] }),
  ],
  server: server(at / 4),
}));

const report = (change: Partial<Parameters<typeof reportOf>[0]> = {}) =>
  reportOf({
    settings,
    site: 'other',
    machine,
    moments,
    steadyFrom: 1,
    massLeaveMs: 80,
    failures: [],
    ...change,
  });

describe('a load report', () => {
  it('has the means of the time with everybody inside', () => {
    const { steady, epochs } = report();
    expect(steady).toMatchObject({
      inside: 10,
      megabits: 10,
      packets: 1_000,
      nodeCores: 0.25,
      mediaCores: 0.25,
    });
    // First in one process, last in the other.
    expect(epochs).toMatchObject({ count: 6, median: 50 });
  });

  it('says how many participants a core and a line can take', () => {
    const { advice } = report();
    expect(advice[0]).toContain('plan 12 participants of this kind for each core');
    expect(advice[1]).toContain('100 Mbit/s out of the server for a hundred, and 700 participants');
    expect(advice).toHaveLength(3);
  });

  it('says where its figures are not about the site', () => {
    const busy = moments.map((moment) => ({
      ...moment,
      crowds: [crowd({ cpuSeconds: 4 * moment.at, inside: 7, lost: 40, packets: 1_000, failures: ['x'] })],
      server: null,
    }));
    const { advice } = report({ moments: busy, site: 'own' });
    expect(advice.join('\n')).toContain('Only 7 of 10 participants came in');
    expect(advice.join('\n')).toContain('--metrics-token');
    expect(advice.join('\n')).toMatch(/3\.85% of the packets were lost/);
    expect(advice.join('\n')).toContain('were at their limit');
    expect(advice.join('\n')).toContain('shared this machine');
    expect(advice.join('\n')).toContain('6 failures');
  });

  it('is a page that asks for nothing and takes nothing for markup', () => {
    const page = pageOf(report({ failures: ['<script>alert(1)</script>'] }));
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import|https?:/);
    expect(page).toContain('a &#60;fast&#62; one');
    expect(page.match(/<svg/g)).toHaveLength(7);
    expect(page).not.toMatch(/NaN|undefined|null/);
  });
});

describe('a chart', () => {
  it('ends at round numbers and stays in its frame', () => {
    expect([0, 0.03, 1, 7, 12, 230].map(roundUp)).toEqual([1, 0.05, 1, 10, 20, 500]);
    const svg = lineChart('A', 'ms', [
      {
        name: 'a',
        points: [
          { x: 0, y: 0 },
          { x: 10, y: 12 },
        ],
      },
    ]);
    expect(svg).toContain('points="44.0,158.0 344.0,69.2"');
  });
});

describe('a tally', () => {
  const packet = (sequence: number, ssrc = 7) => {
    const bytes = Buffer.alloc(100);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt16BE(sequence, 2);
    bytes.writeUInt32BE(ssrc, 8);
    return bytes;
  };

  it('counts what is missing, over the end of the numbers, and takes back what came late', () => {
    const tally = new Tally();
    for (const sequence of [65_533, 65_534, 1, 2]) tally.take(packet(sequence));
    tally.take(packet(5, 8));
    expect(tally.read()).toEqual({ packets: 5, bytes: 500, lost: 2 });
    tally.take(packet(65_535));
    tally.take(packet(3));
    expect(tally.read()).toEqual({ packets: 2, bytes: 200, lost: -1 });
    for (const sequence of [30_000, 30_002]) tally.take(packet(sequence));
    expect(tally.read()).toEqual({ packets: 2, bytes: 200, lost: 1 });
  });
});

describe('the command line', () => {
  it('is read, and refused where it makes no sense', () => {
    const { url, out } = readCommand(['--url', 'https://meet.example/m/x', '--out', 'mine']);
    expect({ url, out }).toEqual({ url: 'https://meet.example', out: 'mine' });
    expect(() => readCommand(['--participants', '3', '--publishers', '5'])).toThrow(RangeError);
    expect(() => readCommand(['--duration', '-1'])).toThrow();
    expect(() => readCommand(['--suite', 'none'])).toThrow(RangeError);
  });
});

describe('the figures of a server', () => {
  it('are summed over its media workers', () => {
    const text = [
      '# HELP process_cpu_seconds_total x',
      'process_cpu_seconds_total 1.5',
      'sealroom_media_worker_cpu_seconds_total{worker="0"} 2',
      'sealroom_media_worker_cpu_seconds_total{worker="1"} 3.25',
      'nodejs_eventloop_lag_p99_seconds 0.0125',
    ].join('\n');
    expect(figuresOf(text)).toMatchObject({ nodeCpu: 1.5, mediaCpu: 5.25, loopP99: 12.5, nodeBytes: 0 });
  });
});

describe('a fitted exponent', () => {
  it('tells what grows with the number from what grows with its square, and overlooks what cannot be', () => {
    const points = (of: (x: number) => number) => [1, 2, 4].map((x) => ({ x, y: of(x) }));
    expect(exponent(points((x) => 3 * x))).toBe(1);
    expect(exponent(points((x) => 0.1 * x ** 2))).toBe(2);
    expect(exponent([...points((x) => x), { x: 8, y: 0 }])).toBe(1);
  });
});
