import type { Finding, Found } from '../../shared/doctor/finding.ts';

export const green = (found: Found): Finding => ({ state: 'green', found });
export const amber = (found: Found): Finding => ({ state: 'amber', found });
export const red = (found: Found): Finding => ({ state: 'red', found });

/** The first line of what an error says. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
