import type { Sample } from '../../shared/protocol/admin.ts';

/** How long samples are kept, and how often one is taken, in milliseconds. */
export const KEEP_MS = 3_600_000;
export const EVERY_MS = 30_000;

/** What a server has at one moment, and what it has counted since it started. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly meetings: number;
  readonly people: number;
  readonly streamsIn: number;
  readonly streamsOut: number;
  /** Bytes of media from and to devices, counted up. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Mean share of a core over the media workers, 0 to 1. */
  readonly mediaCpu: number;
  /** Processor time of the server's own process, in milliseconds, counted up. */
  readonly serverCpuMs: number;
}

/** The samples of the last hour. Immutable. */
export interface Samples {
  readonly last: Reading | null;
  readonly kept: readonly Sample[];
}

export const noSamples: Samples = { last: null, kept: [] };

/** Adds a reading. The first one is only what the next is compared with, as is one after the clock went back. Pure. */
export function withReading({ last, kept }: Samples, reading: Reading): Samples {
  const recent = kept.filter(({ at }) => at > reading.at - KEEP_MS && at < reading.at);
  if (last === null || reading.at <= last.at) return { last: reading, kept: recent };
  const ms = reading.at - last.at;
  // What was counted by something that has gone since cannot be taken off.
  const perSecond = (now: number, before: number) => (Math.max(0, now - before) * 1_000) / ms;
  const { at, meetings, people, streamsIn, streamsOut, mediaCpu } = reading;
  const sample: Sample = {
    at,
    meetings,
    people,
    streamsIn,
    streamsOut,
    bitsIn: 8 * perSecond(reading.bytesIn, last.bytesIn),
    bitsOut: 8 * perSecond(reading.bytesOut, last.bytesOut),
    mediaCpu,
    serverCpu: perSecond(reading.serverCpuMs, last.serverCpuMs) / 1_000,
  };
  return { last: reading, kept: [...recent, sample] };
}
