import { type Permission, type Policy, permissions } from '../../../shared/roles.ts';

/** What people need to work with each other where no host is. */
const teamwork: readonly Permission[] = ['speak', 'camera', 'share', 'chat', 'files', 'react', 'annotate'];

export interface RoomRules {
  readonly entry: 'assigned' | 'choice';
  /** Whether people may do in a room what they need to work together, whatever the main meeting's rules say. */
  readonly teamwork: boolean;
  /** The main meeting's classification, sealed for the room. */
  readonly label: string | null;
}

/** Whether the rules of a meeting keep participants from something they need for working in a room. */
export function hindersTeamwork({ permissions: { participant } }: Policy): boolean {
  return teamwork.some((right) => !participant.includes(right));
}

/**
 * The rules of a breakout room: those of the main meeting, with the differences a room needs. It starts and
 * goes on without a host. Nobody waits: who belongs in it is let in by name, and where people choose,
 * holding the room's secret is enough.
 */
export function roomPolicy(main: Policy, rules: RoomRules): Policy {
  const more: Permission[] = ['found'];
  if (rules.entry === 'choice') more.push('admit');
  if (rules.teamwork) more.push(...teamwork);
  const widened = (rights: readonly Permission[]) =>
    Object.values(permissions).filter((right) => rights.includes(right) || more.includes(right));
  return {
    ...main,
    lobby: rules.entry === 'assigned',
    // The main meeting has seen to it already.
    who: 'anyone',
    hostGone: 'continue',
    autoLockMinutes: null,
    label: rules.label,
    permissions: {
      cohost: widened(main.permissions.cohost),
      presenter: widened(main.permissions.presenter),
      participant: widened(main.permissions.participant),
      guest: widened(main.permissions.guest),
    },
  };
}
