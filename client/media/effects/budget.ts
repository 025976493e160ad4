/** An effect may be too slow for this long before it is switched off. */
const patienceMs = 3_000;
/** Share of the time between two frames that an effect may take: the encoder needs the rest. */
const share = 0.6;
/** Weight of the newest frame in the average. */
const weight = 0.1;

/** Averages what an effect costs, and says when the device cannot keep up. */
export class EffectBudget {
  #costMs: number | null = null;
  #overSince: number | null = null;

  /** Milliseconds per frame, averaged; null before the first. */
  get costMs(): number | null {
    return this.#costMs;
  }

  /** Takes the cost of one frame of which one comes every `intervalMs`. False once the effect must end. */
  take(costMs: number, intervalMs: number, now: number): boolean {
    this.#costMs = this.#costMs === null ? costMs : this.#costMs + (costMs - this.#costMs) * weight;
    if (this.#costMs <= intervalMs * share) this.#overSince = null;
    else this.#overSince ??= now;
    return this.#overSince === null || now - this.#overSince < patienceMs;
  }
}
