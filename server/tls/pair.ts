import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsConfig } from '../config/config.ts';

/** A certificate chain and its key as the files hold them now. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  /** The first of the chain: the site's own. */
  readonly certificate: X509Certificate;
}

/** Why a pair cannot be served; the message goes on where a name of the pair ended. */
export class PairError extends Error {
  override readonly name = 'PairError';
  readonly problem: 'foreign-key' | 'unusable' | 'expired';

  constructor(problem: PairError['problem'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** Reads both files. Throws PairError where they cannot be read, are not what they should be, or do not fit. */
export function readPair({ certFile, keyFile }: TlsConfig): Pair {
  try {
    const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
    const certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      throw new PairError('foreign-key', 'the key does not belong to the certificate');
    }
    // What TLS itself does not take must not get as far as to the first visitor.
    createSecureContext({ cert, key });
    return { cert, key, certificate };
  } catch (error) {
    if (error instanceof PairError) throw error;
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new PairError('unusable', `the files cannot be used: ${reason}`, { cause: error });
  }
}
