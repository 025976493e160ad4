import { advice } from '../startError.ts';

/** Runs a command: what an administrator can mend is said in words, with exit code 1; anything else is thrown. */
export async function asCommand(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    const text = advice(error);
    if (text === null) throw error;
    console.error(text);
    process.exitCode = 1;
  }
}
