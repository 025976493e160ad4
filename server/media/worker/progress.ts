/** What is being done: `done`/`total` count files while compiling and bytes (no total) while downloading. */
export interface WorkerProgress {
  readonly stage: 'cache' | 'wait' | 'download' | 'tools' | 'prepare' | 'compile' | 'verify' | 'ready';
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  /** Since the call began. */
  readonly elapsedMs: number;
}

export type WorkerProgressListener = (progress: WorkerProgress) => void;

/** A step reports without knowing when the whole began. */
export type StepReport = (progress: Omit<WorkerProgress, 'elapsedMs'>) => void;

/** One line for a terminal or a log, e.g. `[1:05] compiling 120/233 (51%) RTC/Router.cpp`. */
export function formatWorkerProgress(progress: WorkerProgress): string {
  const seconds = Math.floor(progress.elapsedMs / 1000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const { done, total } = progress;
  if (done === undefined || total === undefined || total === 0) return `[${clock}] ${progress.message}`;
  const percent = Math.floor((100 * done) / total);
  return `[${clock}] ${String(percent).padStart(3)}% ${done}/${total} ${progress.message}`;
}
