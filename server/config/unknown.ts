import { settings } from './settings.ts';

const PREFIX = 'SEALROOM_';

/** Names of ours that are no settings of the server: the file itself, and what builds and tests read. */
const elsewhere = new Set([
  'SEALROOM_CONFIG',
  'SEALROOM_TRUSTED_ISSUERS',
  'SEALROOM_WORKER',
  'SEALROOM_CACHE_DIR',
  'SEALROOM_CHROMIUM',
  'SEALROOM_FIREFOX',
]);

/** What Kubernetes puts into the environment for a service called "sealroom", or one whose name begins so. */
const serviceLink = /^SEALROOM_(\w+_)?(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP))(_\w+)?$/;

/** Whether a name in the file of settings was meant to be one and is none; names of other programs may stand there. */
export function isMisspelt(name: string): boolean {
  return !isSetting(name) && (name.startsWith(PREFIX) || nearestSetting(name) !== null);
}

function isSetting(name: string): boolean {
  return Object.hasOwn(settings, name) || elsewhere.has(name);
}

/** SEALROOM_ names that mean nothing, most likely misspelt. */
export function unknownSettings(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter(
    (name) => name.startsWith(PREFIX) && !isSetting(name) && !serviceLink.test(name),
  );
}

/** The setting that was most likely meant; null where none is near. */
export function nearestSetting(name: string): string | null {
  const written = name.toUpperCase();
  if (Object.hasOwn(settings, PREFIX + written)) return PREFIX + written;
  const near = Object.keys(settings)
    .map((known) => ({ known, steps: distance(written, known) }))
    .sort((a, b) => a.steps - b.steps)[0];
  return near && near.steps <= Math.max(2, (name.length - PREFIX.length) / 3) ? near.known : null;
}

/** Letters to change, add, drop or swap to come from one word to the other. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped && i > 1 && j > 1) steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
