import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import type { Search } from './search.ts';

const CHUNK = 8 * 1024 * 1024;
/** Chunks overlap by more than the longest spelling of a secret. */
const OVERLAP = 8_192;

/** What each search finds in the writable memory of a process and of those it started. Linux only. */
export function findInMemory(pid: number, searches: readonly Search[]): string[][] {
  const found = searches.map((search) => ({ search, names: new Set<string>() }));
  for (const each of [pid, ...childrenOf(pid)]) {
    for (const bytes of memoryOf(each)) {
      for (const { search, names } of found) for (const name of search.in(bytes)) names.add(name);
    }
  }
  return found.map(({ names }) => [...names]);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** The memory in pieces, each valid until the next. */
function* memoryOf(pid: number): Generator<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (!range?.[1] || !range[2]) continue;
      const start = BigInt(`0x${range[1]}`);
      yield* piecesOf(memory, start, Number(BigInt(`0x${range[2]}`) - start));
    }
  } finally {
    closeSync(memory);
  }
}

function* piecesOf(memory: number, start: bigint, size: number): Generator<Buffer> {
  const chunk = Buffer.alloc(Math.min(size, CHUNK));
  for (let at = 0; at < size; at += chunk.length - OVERLAP) {
    let read = 0;
    try {
      read = readSync(memory, chunk, 0, Math.min(chunk.length, size - at), start + BigInt(at));
    } catch {
      // Reserved and not backed by anything.
      return;
    }
    yield chunk.subarray(0, read);
    if (at + chunk.length >= size) return;
  }
}
