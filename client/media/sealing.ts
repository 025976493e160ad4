import { MediaError } from './mediaError.ts';
import type { Protection } from './protection.ts';

/**
 * The seal of one sender or receiver, attached the moment that exists and before anything is negotiated. Where that
 * fails the whole transport is closed: the transceiver exists by then, and would go into the next offer or answer in
 * the clear.
 */
export class Sealing {
  readonly #transport: { close(): void };
  #attached: Protection | null = null;
  #failure: MediaError | null = null;

  constructor(transport: { close(): void }) {
    this.#transport = transport;
  }

  /** To be called from `onRtpSender` or `onRtpReceiver`. Throws MediaError `unprotected`. */
  attach(protect: () => Protection): void {
    try {
      this.#attached = protect();
    } catch (cause) {
      throw this.#fail(new MediaError('unprotected', 'the seal could not be attached', { cause }));
    }
  }

  /** The seal, once there must be one. Throws MediaError `unprotected`. */
  require(): Protection {
    if (this.#attached) return this.#attached;
    throw this.#fail(new MediaError('unprotected', 'what was made was not handed over for sealing'));
  }

  /** Takes the seal off what came to nothing. Returns the reason: what went wrong with the seal before all else. */
  abandon(error: unknown): unknown {
    this.#attached?.close();
    return this.#failure ?? error;
  }

  #fail(failure: MediaError): MediaError {
    this.#failure = failure;
    this.#transport.close();
    return failure;
  }
}
