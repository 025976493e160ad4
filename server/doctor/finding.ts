import type { Finding, Found } from '../../shared/doctor/finding.ts';

/** A finding that asks for nothing. */
export const green = (found: Found): Finding => ({ state: 'green', found });
/** A finding that is worth knowing. */
export const amber = (found: Found): Finding => ({ state: 'amber', found });
/** A finding that people will notice. */
export const red = (found: Found): Finding => ({ state: 'red', found });

/** The first line of what an error says. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
