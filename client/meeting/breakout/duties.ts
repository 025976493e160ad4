import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { inGoodStanding, isRemembered, roleOf, runsBreakouts } from '../../../shared/records/rights.ts';

const PER_RECORD = 100;

/** What a room's records are to be brought in line with. */
export interface Wanted {
  /** The main meeting. */
  readonly main: Chain;
  readonly room: MeetingId;
  /** The rooms are closed. */
  readonly over: boolean;
  /** About to be assigned to this room: let in before the main meeting's record sends them. */
  readonly expected: readonly DeviceKey[];
  /** Put out of the main meeting; counts where they have not been let in there again. */
  readonly expelled: readonly DeviceKey[];
}

/**
 * The next record that a room lacks, or null where it is as the main meeting's records want it: hosts are
 * those who run breakouts there, let in is who is assigned, out is who is not, and panic is panic here too.
 */
export function nextDuty(chain: Chain, wanted: Wanted): RecordBody | null {
  const { main, room, over, expected, expelled } = wanted;
  const { breakout } = main;
  if (chain.ended) return null;
  if (over || !breakout?.rooms.some(({ meeting }) => meeting === room)) return { type: 'end' };
  const hosts = new Set([...main.roles.keys()].filter((device) => runsBreakouts(main, device)));
  for (const device of hosts) {
    if (chain.banned.has(device)) return { type: 'unban', devices: [device] };
    if (roleOf(chain, device) !== 'host') return { type: 'grant', device, role: 'host' };
  }
  for (const [device, role] of chain.roles) {
    if (role === 'host' && !hosts.has(device)) return { type: 'grant', device, role: 'participant' };
  }
  const assigned = [...breakout.assigned].flatMap(([device, to]) => (to === room ? [device] : []));
  const meant = new Set([...assigned, ...expected]);
  for (const device of meant) {
    const presenter = roleOf(main, device) === 'presenter';
    if (!hosts.has(device) && presenter !== (roleOf(chain, device) === 'presenter'))
      return { type: 'grant', device, role: presenter ? 'presenter' : 'participant' };
  }
  const barred = [...main.banned].filter((device) => !chain.banned.has(device));
  if (barred.length > 0) return { type: 'remove', devices: barred.slice(0, PER_RECORD), ban: true };
  const freed = [...chain.banned].filter((device) => !main.banned.has(device));
  if (freed.length > 0) return { type: 'unban', devices: freed.slice(0, PER_RECORD) };
  const choice = breakout.entry === 'choice';
  // Where people choose, no record tells who is inside.
  const known = new Set([...chain.admitted.keys(), ...(choice ? [...main.sentBack, ...expelled] : [])]);
  const belongs = (device: DeviceKey) =>
    hosts.has(device) || (choice ? inGoodStanding(main, device) : meant.has(device));
  const out = [...known].filter(
    (device) => !belongs(device) && !chain.sentBack.has(device) && !chain.banned.has(device),
  );
  if (out.length > 0) return { type: 'sendBack', devices: out.slice(0, PER_RECORD) };
  const back = choice ? [...chain.sentBack].filter(belongs) : [];
  const lacking = [...meant, ...back].filter(
    (device) => !isRemembered(chain, device) && !chain.banned.has(device),
  );
  if (lacking.length > 0) return { type: 'admit', devices: lacking.slice(0, PER_RECORD) };
  if (chain.panic !== main.panic) return { type: 'panic', on: main.panic };
  return null;
}
