/** Work that is done once at a time: whoever asks while it is under way gets its outcome. */
export function onceAtATime<Outcome>(work: () => Promise<Outcome>): () => Promise<Outcome> {
  let running: Promise<Outcome> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}
