/** What is known of a worker when something has to be placed. */
export interface WorkerLoad {
  /** Its number among the workers. */
  readonly index: number;
  /** Share of one core that it took lately, 0 to 1. */
  readonly cpu: number;
  /** Streams it takes in and gives out, those expected of new devices included. */
  readonly streams: number;
}

export interface PlacementRules {
  /** Streams that fill a worker. */
  readonly streamsPerWorker: number;
  /** Load, 0 to 1, from which a meeting looks for another worker for its next device. */
  readonly busy: number;
  /** How much less load another worker must have to be worth the pipes to it. */
  readonly worthIt: number;
}

export const defaultPlacement: PlacementRules = { streamsPerWorker: 500, busy: 0.7, worthIt: 0.15 };

/** Streams that a device counts for before it has any: so a burst of joins is not placed as if it were nothing. */
export const EXPECTED_STREAMS = 8;

/**
 * 0 for idle, 1 for full. Of time taken and streams held whatever is more: the first says what a stream costs on this
 * machine, but only after the fact.
 */
export function loadOf({ cpu, streams }: WorkerLoad, { streamsPerWorker }: PlacementRules): number {
  return Math.max(cpu, streams / streamsPerWorker);
}

/**
 * The worker for a meeting's next device, by its number; null where there is none. A meeting stays on the workers it is
 * `using` while one of them has room, since each further one costs a pipe for each stream watched there.
 */
export function chooseWorker(
  workers: readonly WorkerLoad[],
  using: ReadonlySet<number>,
  rules: PlacementRules,
): number | null {
  const load = (worker: WorkerLoad) => loadOf(worker, rules);
  // Streams break ties between workers whose time is the same, then the number, so that the choice is one.
  const byLoad = [...workers].sort((a, b) => load(a) - load(b) || a.streams - b.streams || a.index - b.index);
  const [least] = byLoad;
  if (!least) return null;
  const own = byLoad.find(({ index }) => using.has(index));
  if (!own) return least.index;
  const stays = load(own) < rules.busy || load(own) - load(least) < rules.worthIt;
  return stays ? own.index : least.index;
}
