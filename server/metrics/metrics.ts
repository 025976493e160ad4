import { readFileSync } from 'node:fs';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../../shared/errors.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';

/** What the metrics are read from, asked at each scrape. */
export interface MetricsSources {
  readonly sockets: () => number;
  readonly meetings: () => number;
  readonly rooms: () => number;
  readonly workers: () => { readonly running: number; readonly wanted: number };
  readonly workerPids: () => readonly number[];
  /** The one in use, and whether what its files hold now was refused; null without TLS of our own. */
  readonly certificate: () => { readonly expiresAt: number; readonly refused: boolean } | null;
}

type CertificateState = NonNullable<ReturnType<MetricsSources['certificate']>>;

/** Clock ticks per second that Linux reports processor time in. */
const TICKS = 100;
const PAGE_BYTES = 4_096;

/** Numbers about this server in the form of Prometheus: no id, no name, no address, no path. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'kind' | 'method' | 'status'>;
  readonly #events: Counter<'kind'>;
  readonly #refusals: Counter<'request' | 'code'>;

  constructor(sources: MetricsSources, version: string) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('sealroom_sockets', 'Connections to meetings now, waiting ones included.', sources.sockets);
    gauge(
      'sealroom_meetings',
      'Meetings in memory: somebody is there, or was a moment ago.',
      sources.meetings,
    );
    gauge('sealroom_media_rooms', 'Meetings that have media open.', sources.rooms);
    gauge('sealroom_media_workers', 'Media workers that run.', () => sources.workers().running);
    gauge('sealroom_media_workers_wanted', 'Media workers that should run.', () => sources.workers().wanted);
    const certificate = (name: string, help: string, of: (state: CertificateState) => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.reset();
          const state = sources.certificate();
          if (state) this.set(of(state));
        },
      });
    certificate(
      'sealroom_certificate_expiry_seconds',
      'When the TLS certificate in use ends, in seconds since 1970.',
      ({ expiresAt }) => Math.floor(expiresAt / 1_000),
    );
    certificate(
      'sealroom_certificate_refused',
      'Whether the certificate files hold a pair that cannot be used, so that the one before is served.',
      ({ refused }) => (refused ? 1 : 0),
    );
    new Gauge({
      name: 'sealroom_info',
      help: 'Version, as a label.',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1);
    const worker = (name: string, help: string, of: (usage: Usage) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['worker'],
        registers,
        collect() {
          this.reset();
          for (const [index, pid] of sources.workerPids().entries()) {
            const usage = usageOf(pid);
            if (usage) this.set({ worker: String(index) }, of(usage));
          }
        },
      });
    worker(
      'sealroom_media_worker_cpu_seconds_total',
      'Processor time of a media worker.',
      (usage) => usage.cpu,
    );
    worker(
      'sealroom_media_worker_memory_bytes',
      'Resident memory of a media worker.',
      (usage) => usage.memory,
    );
    this.#requests = new Histogram({
      name: 'sealroom_http_request_seconds',
      help: 'HTTP requests by kind, method and status.',
      labelNames: ['kind', 'method', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.#events = new Counter({
      name: 'sealroom_audit_events_total',
      help: 'Entries of the audit log by kind.',
      labelNames: ['kind'],
      registers,
    });
    this.#refusals = new Counter({
      name: 'sealroom_refused_total',
      help: 'Refused requests, by what was asked and why: rate-limited and full are limits at work.',
      labelNames: ['request', 'code'],
      registers,
    });
  }

  request(kind: 'api' | 'page', method: string, status: number, seconds: number): void {
    // Methods are the caller's to invent; the list of labels must not be.
    const known = ['GET', 'HEAD', 'POST'].includes(method) ? method : 'other';
    this.#requests.observe({ kind, method: known, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  /** `request` and `code` are names of the protocol's, so that nobody outside can invent labels. */
  refusal(request: RequestName | 'connect' | 'unknown' | 'http', code: ErrorCode): void {
    this.#refusals.inc({ request, code });
  }

  event(kind: string): void {
    this.#events.inc({ kind });
  }

  /** The text that Prometheus reads, and its type. */
  async read(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

interface Usage {
  /** Seconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** What a process uses, on Linux; null elsewhere and for one that has ended. */
function usageOf(pid: number): Usage | null {
  try {
    // After the program's name, which may hold blanks: fields 3 on of proc(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [user, system, resident] = [fields[11], fields[12], fields[21]].map(Number);
    return { cpu: ((user ?? 0) + (system ?? 0)) / TICKS, memory: (resident ?? 0) * PAGE_BYTES };
  } catch {
    return null;
  }
}
