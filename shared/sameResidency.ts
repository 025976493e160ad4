import type { Residency } from './residency.ts';

/** Whether two rules allow the same servers. */
export function sameResidency(one: Residency | undefined, other: Residency | undefined): boolean {
  if (!one || !other) return one === other;
  const names = new Set(one.regions);
  return (
    one.operator === other.operator &&
    names.size === new Set(other.regions).size &&
    other.regions.every((region) => names.has(region))
  );
}
