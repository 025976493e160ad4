import type { Log } from '../log.ts';
import type { Clock } from '../signaling/clock.ts';
import type { ReportStore } from '../store/reportStore.ts';

const DAY_MS = 24 * 60 * 60_000;
const EVERY_MS = 60 * 60_000;

/** Deletes reports that are older than `days`, now and every hour. Returns the way to stop. */
export function forgetOldReports(reports: ReportStore, days: number, clock: Clock, log: Log): () => void {
  let cancel: () => void = () => undefined;
  let stopped = false;
  const turn = async () => {
    try {
      const forgotten = await reports.forget(clock.now() - days * DAY_MS);
      if (forgotten > 0) log.info({ reports: forgotten }, 'old reports deleted');
    } catch (error) {
      log.error({ error }, 'old reports not deleted');
    }
    if (!stopped) cancel = clock.at(clock.now() + EVERY_MS, () => void turn());
  };
  void turn();
  return () => {
    stopped = true;
    cancel();
  };
}
