import { existsSync, readFileSync, type StatsFs, statfsSync } from 'node:fs';
import type { Finding } from '../../shared/doctor/finding.ts';
import { amber, green, red } from './finding.ts';

/** What a busy worker wants to buffer, in bytes; Linux gives 208 KiB unless told otherwise. */
const BUFFER_BYTES = 2_500_000;
const GIB = 1024 ** 3;
const CLOCK_MS = 30_000;

/** Room in the data folder. */
export function checkDisk(
  folder: string,
  read: (folder: string) => Pick<StatsFs, 'bavail' | 'bsize'> = statfsSync,
): Finding {
  const { bavail, bsize } = read(folder);
  const free = (bavail * bsize) / GIB;
  if (free >= 5) return green({ code: 'disk-free', gib: free, folder });
  return (free < 1 ? red : amber)({ code: 'disk-low', gib: free, folder });
}

/** How large the kernel lets the buffers of media sockets be. Linux only. */
export function checkKernelBuffers(read = (path: string) => readFileSync(path, 'utf8')): Finding {
  try {
    const small = ['rmem_max', 'wmem_max'].filter(
      (setting) => Number(read(`/proc/sys/net/core/${setting}`)) < BUFFER_BYTES,
    );
    if (small.length === 0) return green({ code: 'buffers-large' });
    return amber({ code: 'buffers-small', settings: small, bytes: BUFFER_BYTES });
  } catch {
    return amber({ code: 'buffers-unread' });
  }
}

/** Whether the clock is kept right: by the identity provider's where that answered, else by who keeps it. */
export function checkClock(now: number, providers: number | null): Finding {
  if (providers !== null) {
    const off = Math.abs(now - providers);
    const seconds = Math.round(off / 1000);
    return off > CLOCK_MS ? red({ code: 'clock-off', seconds }) : green({ code: 'clock-right', seconds });
  }
  const kept = ['/run/systemd/timesync/synchronized', '/run/chrony/chronyd.pid', '/run/ntpd.pid'].some(
    existsSync,
  );
  return kept ? green({ code: 'clock-kept' }) : amber({ code: 'clock-unkept' });
}
