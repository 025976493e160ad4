import type { TestContext } from 'vitest';

/** One line of the table in README.md, as a test measured it. */
export interface FaultRow {
  readonly fault: string;
  /** What the people in the meeting see meanwhile. */
  readonly seen: string;
  /** From the end of the fault until all is as before, in milliseconds; null where nothing had to come back. */
  readonly recoveredMs: number | null;
  readonly lost: string;
}

declare module 'vitest' {
  interface TaskMeta {
    fault?: FaultRow;
  }
}

/** Puts a test's result into the table. Called last: what fails before is not in it. */
export function record({ task }: TestContext, row: FaultRow): void {
  task.meta.fault = row;
  const time = row.recoveredMs === null ? 'nothing to recover' : `${Math.round(row.recoveredMs)} ms`;
  console.log(`${row.fault}: ${time}`);
}
