import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { amber, type Finding, green, red } from './finding.ts';

/** What a busy worker wants to buffer, in bytes; Linux gives 208 KiB unless told otherwise. */
const BUFFER_BYTES = 2_500_000;
const GIB = 1024 ** 3;
const CLOCK_MS = 30_000;

/** Room in the data folder. */
export function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIB;
  const says = `${free.toFixed(1)} GiB are free in ${folder}`;
  const fix = 'Make room, move the data folder (SEALROOM_DATA), or lower SEALROOM_FILES_TOTAL.';
  if (free < 1) return red('Disk', says, fix);
  return free < 5 ? amber('Disk', says, fix) : green('Disk', says);
}

/** How large the kernel lets the buffers of media sockets be. Linux only. */
export function checkKernelBuffers(read = (path: string) => readFileSync(path, 'utf8')): Finding {
  const name = 'Kernel buffers';
  try {
    const small = ['rmem_max', 'wmem_max'].filter(
      (setting) => Number(read(`/proc/sys/net/core/${setting}`)) < BUFFER_BYTES,
    );
    if (small.length === 0) return green(name, 'large enough for many streams');
    return amber(
      name,
      `${small.join(' and ')} are below ${BUFFER_BYTES} bytes: packets are lost when many people send at once`,
      `As root: ${small.map((setting) => `sysctl -w net.core.${setting}=${BUFFER_BYTES}`).join(' && ')}; and the same lines in /etc/sysctl.d/60-sealroom.conf.`,
    );
  } catch {
    return amber(name, 'cannot be read here', 'On Linux, look at net.core.rmem_max and net.core.wmem_max.');
  }
}

/** Whether the clock is kept right: by another machine's answer where there was one, else by who keeps it. */
export function checkClock(
  now: number,
  reference: { readonly from: string; readonly at: number } | null,
): Finding {
  const name = 'Clock';
  const fix = 'Have it kept by NTP: timedatectl set-ntp true.';
  if (reference) {
    const off = Math.abs(now - reference.at);
    const says = `${Math.round(off / 1000)} s from that of ${reference.from}`;
    return off > CLOCK_MS ? red(name, `${says}: sign-ins and certificates fail`, fix) : green(name, says);
  }
  const kept = ['/run/systemd/timesync/synchronized', '/run/chrony/chronyd.pid', '/run/ntpd.pid'].some(
    existsSync,
  );
  return kept ? green(name, 'kept by NTP') : amber(name, 'nothing on this machine seems to keep it', fix);
}
