/** `green`: holds; `amber`: works, and something is worth knowing; `red`: people will notice. */
export type State = 'green' | 'amber' | 'red';

/** One thing looked at, in a sentence, and what to do about it. */
export interface Finding {
  readonly name: string;
  readonly state: State;
  readonly says: string;
  readonly fix: string | null;
}

export const green = (name: string, says: string): Finding => ({ name, state: 'green', says, fix: null });
export const amber = (name: string, says: string, fix: string): Finding => ({
  name,
  state: 'amber',
  says,
  fix,
});
export const red = (name: string, says: string, fix: string): Finding => ({ name, state: 'red', says, fix });

/** The first line of what an error says. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
