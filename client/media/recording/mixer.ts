/** Mixes sounds into one track. */
export class Mixer {
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #out = this.#context.createMediaStreamDestination();
  readonly #inputs = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();

  /** The mix. Throws where the browser gives none. */
  get track(): MediaStreamTrack {
    const [track] = this.#out.stream.getAudioTracks();
    if (!track) throw new DOMException('No mixed track', 'NotSupportedError');
    return track;
  }

  /** To be called from what the person pressed. */
  resume(): Promise<void> {
    return this.#context.resume();
  }

  /** These sounds and no others. */
  set(tracks: readonly MediaStreamTrack[]): void {
    const wanted = new Set(tracks);
    for (const [track, input] of this.#inputs) {
      if (wanted.has(track)) continue;
      input.disconnect();
      this.#inputs.delete(track);
    }
    for (const track of wanted) {
      if (this.#inputs.has(track) || track.readyState === 'ended') continue;
      const input = this.#context.createMediaStreamSource(new MediaStream([track]));
      input.connect(this.#out);
      this.#inputs.set(track, input);
    }
  }

  /** Idempotent. */
  close(): void {
    this.set([]);
    if (this.#context.state !== 'closed') this.#context.close().catch(() => undefined);
  }
}
