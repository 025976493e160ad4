import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import { blobId, deviceKey, meetingId } from '../../shared/ids.ts';
import { type BlobToken, type BlobUse, blobToken, blobUse } from '../../shared/protocol/blobs.ts';
import type { NodeId } from '../cluster/cluster.ts';
import type { NodeSeal } from '../cluster/seal.ts';

const sealedGrant = z.strictObject({
  use: blobUse,
  blob: blobId,
  meeting: meetingId,
  device: deviceKey,
  node: z.string(),
  until: z.number(),
});

/** What one token allows, to whom. */
export interface BlobGrant extends Omit<z.infer<typeof sealedGrant>, 'node' | 'until'> {
  /** The server that issued it, which knows who is in the meeting. */
  readonly node: NodeId;
}

const LIFE_MS: Record<BlobUse, number> = { upload: 60 * 60_000, download: 15 * 60_000 };
const PLACE = 'blob token';
/** JSON with blanks behind it, so that all tokens are of one length. */
const GRANT_BYTES = 256;

/** Bearer tokens that hold what they allow, sealed: any server of the site takes those of any other. */
export class BlobTokens {
  readonly #seal: NodeSeal;
  readonly #now: () => number;

  constructor(seal: NodeSeal, now: () => number) {
    this.#seal = seal;
    this.#now = now;
  }

  issue({ use, blob, meeting, device, node }: BlobGrant): BlobToken {
    const text = JSON.stringify({ use, blob, meeting, device, node, until: this.#now() + LIFE_MS[use] });
    return blobToken.parse(toBase64Url(this.#seal.seal(PLACE, Buffer.from(text.padEnd(GRANT_BYTES)))));
  }

  /** What a token allows; null where no server of this site made it or its time is over. */
  grant(token: BlobToken): BlobGrant | null {
    const opened = this.#seal.open(PLACE, fromBase64Url(token));
    const grant = opened && sealedGrant.parse(JSON.parse(opened.toString()));
    // A name that a server of this site wrote.
    return grant && grant.until > this.#now() ? { ...grant, node: grant.node as NodeId } : null;
  }
}
