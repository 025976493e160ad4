import type { Policy } from '../../../shared/roles.ts';

type Rights = Policy['permissions'];
type Rest = Omit<Policy, 'permissions'>;

/**
 * The rules with one host's changes over those that another host made meanwhile: `base` is what the first one saw.
 * Null where both changed the same rule differently. Pure.
 */
export function mergePolicy(base: Policy, mine: Policy, theirs: Policy): Policy | null {
  const { permissions: baseRights, ...baseRest } = base;
  const { permissions: myRights, ...myRest } = mine;
  const { permissions: theirRights, ...theirRest } = theirs;
  const rest = mergeRest(baseRest, myRest, theirRest);
  return rest && { ...rest, permissions: mergeRights(baseRights, myRights, theirRights) };
}

function mergeRest(base: Rest, mine: Rest, theirs: Rest): Rest | null {
  // The members of a type are the keys of its values here: all three went through the same strict schema.
  const keys = [...new Set([...Object.keys(base), ...Object.keys(mine)])] as (keyof Rest)[];
  const changed = keys.filter((key) => !same(mine[key], base[key]));
  if (changed.some((key) => !same(theirs[key], base[key]) && !same(theirs[key], mine[key]))) return null;
  return { ...theirs, ...Object.fromEntries(changed.map((key) => [key, mine[key]])) };
}

/** Right by right: what was given is given, what was taken is taken. */
function mergeRights(base: Rights, mine: Rights, theirs: Rights): Rights {
  const merged = (role: keyof Rights) => {
    const given = mine[role].filter((right) => !base[role].includes(right));
    const left = theirs[role].filter((right) => mine[role].includes(right) || !base[role].includes(right));
    return [...left, ...given.filter((right) => !left.includes(right))];
  };
  return {
    cohost: merged('cohost'),
    presenter: merged('presenter'),
    participant: merged('participant'),
    guest: merged('guest'),
  };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
