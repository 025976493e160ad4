/** What the server says of itself, from its metrics. */
export interface ServerFigures {
  /** Processor time since its start, seconds. */
  readonly nodeCpu: number;
  readonly mediaCpu: number;
  readonly nodeBytes: number;
  readonly mediaBytes: number;
  /** Event-loop delay since the last look, milliseconds. */
  readonly loopP99: number;
}

/** Sum of all series of a metric in the text form of Prometheus; 0 where there is none. */
function sumOf(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name} `) && !line.startsWith(`${name}{`)) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}

/** Reads what `/api/metrics` answered. */
export function figuresOf(text: string): ServerFigures {
  return {
    nodeCpu: sumOf(text, 'process_cpu_seconds_total'),
    mediaCpu: sumOf(text, 'sealroom_media_worker_cpu_seconds_total'),
    nodeBytes: sumOf(text, 'process_resident_memory_bytes'),
    mediaBytes: sumOf(text, 'sealroom_media_worker_memory_bytes'),
    loopP99: sumOf(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
  };
}

/** Asks a site; null where it does not tell us. */
export async function askServer(origin: string, token: string | null): Promise<ServerFigures | null> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  try {
    const signal = AbortSignal.timeout(5_000);
    const response = await fetch(new URL('/api/metrics', origin), { headers, signal });
    return response.ok ? figuresOf(await response.text()) : null;
  } catch {
    return null;
  }
}
