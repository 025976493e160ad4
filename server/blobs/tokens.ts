import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import type { BlobId, DeviceKey, MeetingId } from '../../shared/ids.ts';
import { type BlobToken, type BlobUse, blobToken } from '../../shared/protocol/blobs.ts';

/** What one token allows, to whom. */
export interface BlobGrant {
  readonly use: BlobUse;
  readonly blob: BlobId;
  readonly meeting: MeetingId;
  readonly device: DeviceKey;
}

const LIFE_MS: Record<BlobUse, number> = { upload: 60 * 60_000, download: 15 * 60_000 };
const HELD = 100_000;

/** Bearer tokens in memory: a restart voids them, and their holders ask for new ones over the socket. */
export class BlobTokens {
  readonly #now: () => number;
  readonly #held = new Map<BlobToken, BlobGrant & { readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws ProtocolError `full`. */
  issue(grant: BlobGrant): BlobToken {
    if (this.#held.size >= HELD) this.prune();
    if (this.#held.size >= HELD) throw new ProtocolError('full');
    const token = blobToken.parse(toBase64Url(randomBytes(32)));
    this.#held.set(token, { ...grant, until: this.#now() + LIFE_MS[grant.use] });
    return token;
  }

  /** What a token allows; null where it is unknown or its time is over. */
  grant(token: BlobToken): BlobGrant | null {
    const held = this.#held.get(token);
    return held && held.until > this.#now() ? held : null;
  }

  /** Forgets what is over. */
  prune(): void {
    const now = this.#now();
    for (const [token, { until }] of this.#held) if (until <= now) this.#held.delete(token);
  }
}
