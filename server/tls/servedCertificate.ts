import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { TlsConfig } from '../config/config.ts';
import type { Log } from '../log.ts';
import { type Pair, PairError, readPair } from './pair.ts';

export interface ServedCertificateOptions {
  readonly files: TlsConfig;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes each pair that is served from now on, but the first. */
  readonly onChange: (pair: Pair) => void;
  /** Milliseconds without a further change before the files are read. */
  readonly quietMs?: number;
}

/** Certificate and key are written one after the other. */
const QUIET_MS = 1_000;
/** Network file systems tell of no change. */
const LOOK_EVERY_MS = 60_000;

/**
 * The certificate in use, kept as fresh as its files. A pair that does not hold is refused, and the one before is
 * served on: a renewal gone wrong must not take the site down.
 */
export class ServedCertificate {
  readonly #options: ServedCertificateOptions;
  readonly #watchers: FSWatcher[] = [];
  readonly #look: NodeJS.Timeout;
  #pair: Pair;
  #failure: string | null = null;
  #quiet: NodeJS.Timeout | null = null;

  /** Throws PairError. */
  constructor(options: ServedCertificateOptions) {
    this.#options = options;
    this.#pair = readPair(options.files);
    const { certFile, keyFile } = options.files;
    // The folders: renewals replace files and links, which ends a watch on the file itself.
    for (const folder of new Set([dirname(certFile), dirname(keyFile)])) {
      const watcher = watch(folder, { persistent: false }, () => this.#soon());
      watcher.on('error', (error) => options.log.warn({ error }, 'certificate folder is not watched'));
      this.#watchers.push(watcher);
    }
    this.#look = setInterval(() => this.reload(), LOOK_EVERY_MS).unref();
  }

  get pair(): Pair {
    return this.#pair;
  }

  /** When the certificate in use ends, in milliseconds since 1970. */
  get expiresAt(): number {
    return this.#pair.certificate.validToDate.getTime();
  }

  /** Why what the files hold now is not served; null where it is. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Reads the files now. Returns whether what they hold is served. */
  reload(): boolean {
    const { files, log, now, onChange } = this.#options;
    try {
      const pair = readPair(files);
      const [before, after] = [this.#pair, pair].map(({ cert, key }) => `${cert}\n${key}`);
      if (before !== after) {
        if (pair.certificate.validToDate.getTime() <= now()) {
          throw new PairError('expired', 'the new certificate has expired');
        }
        onChange(pair);
        this.#pair = pair;
        log.info({ until: pair.certificate.validToDate }, 'renewed certificate in use');
      }
      this.#failure = null;
      return true;
    } catch (error) {
      if (!(error instanceof PairError)) throw error;
      // Once for each reason, not once a minute.
      if (this.#failure !== error.message) {
        log.error({ reason: error.message }, 'certificate files refused, the one before is kept');
      }
      this.#failure = error.message;
      return false;
    }
  }

  /** Idempotent. */
  close(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    clearInterval(this.#look);
    if (this.#quiet) clearTimeout(this.#quiet);
  }

  #soon(): void {
    if (this.#quiet) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.reload(), this.#options.quietMs ?? QUIET_MS).unref();
  }
}
