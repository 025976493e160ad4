export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Asks again until the answer is good; returns it. Throws with the last answer when it never is. */
export async function until<Answer>(
  ask: () => Promise<Answer> | Answer,
  good: (answer: Answer) => boolean,
  what: string,
  withinMs = 30_000,
): Promise<Answer> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`${what}: not within ${withinMs} ms; last: ${JSON.stringify(answer)}`);
    await pause(150);
  }
}
