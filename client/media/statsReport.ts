/** One entry of an RTCStatsReport, read without trust in its shape: browsers differ in what they fill in. */
export class StatsEntry {
  readonly #entry: object;

  constructor(entry: object) {
    this.#entry = entry;
  }

  number(name: string): number | null {
    const value = this.#read(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  text(name: string): string | null {
    const value = this.#read(name);
    return typeof value === 'string' ? value : null;
  }

  flag(name: string): boolean {
    return this.#read(name) === true;
  }

  #read(name: string): unknown {
    return Reflect.get(this.#entry, name);
  }
}

/** All entries of a report by id. */
export function entriesOf(report: RTCStatsReport): ReadonlyMap<string, StatsEntry> {
  const entries = new Map<string, StatsEntry>();
  report.forEach((entry: object, id: string) => {
    entries.set(id, new StatsEntry(entry));
  });
  return entries;
}
