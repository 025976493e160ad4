/** What may come in while a write is under way. */
const AHEAD_BYTES = 1024 * 1024;

/**
 * Writes what has come in one go while more comes. Throws what reading or writing throws; what came before a failure of
 * the reading is written then.
 */
export async function inBatches(
  body: AsyncIterable<Uint8Array>,
  put: (batch: readonly Uint8Array[]) => Promise<void>,
): Promise<void> {
  let waiting: Uint8Array[] = [];
  let held = 0;
  let writing: Promise<void> | null = null;
  const write = async () => {
    while (held > 0) {
      const batch = waiting;
      waiting = [];
      held = 0;
      await put(batch);
    }
    writing = null;
  };
  try {
    for await (const bytes of body) {
      if (bytes.length === 0) continue;
      waiting.push(bytes);
      held += bytes.length;
      writing ??= write();
      // Met where it is waited for.
      writing.catch(() => undefined);
      if (held >= AHEAD_BYTES) await writing;
    }
  } finally {
    // What came before a failure stays.
    await writing;
  }
}
