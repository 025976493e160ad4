/** Rising, to try a speaker. */
const TRY = [523.25, 659.25, 783.99];
/** Two equal notes when somebody begins to record, and falling ones when nobody does any more. */
export const cues = { recording: [880, 880], recordingOver: [659.25, 440] } as const;
const NOTE_SECONDS = 0.28;

/**
 * Plays some notes, made here, at a speaker (null for the system's). Resolves when they are over.
 *
 * @throws DOMException where the browser does not allow sound or the speaker is gone.
 */
export async function playChime(speaker: string | null, notes: readonly number[] = TRY): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const element = new Audio();
  try {
    if (speaker !== null && 'setSinkId' in element) await element.setSinkId(speaker);
    element.srcObject = out.stream;
    await context.resume();
    await element.play();
    // The element needs a moment before it is heard.
    const start = context.currentTime + 0.15;
    for (const [index, frequency] of notes.entries()) {
      const at = start + index * NOTE_SECONDS;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS * 1.6);
      const note = new OscillatorNode(context, { frequency, type: 'sine' });
      note.connect(gain).connect(out);
      note.start(at);
      note.stop(at + NOTE_SECONDS * 1.6);
    }
    const total = 0.15 + (notes.length + 1) * NOTE_SECONDS;
    await new Promise((resolve) => setTimeout(resolve, total * 1000));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}
