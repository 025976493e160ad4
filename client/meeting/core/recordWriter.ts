import type { Chain } from '../../../shared/records/chain.ts';
import type { Announcements } from './announcements.ts';
import type { CoreContext } from './context.ts';
import type { BodyFor } from './records.ts';
import { requestFailed } from './requestFailed.ts';

/** Signs records as this device; what is refused is told to the person. */
export class RecordWriter {
  readonly #context: Pick<CoreContext, 'identity' | 'records'>;
  readonly #announcements: Announcements;

  constructor(context: Pick<CoreContext, 'identity' | 'records'>, announcements: Announcements) {
    this.#context = context;
    this.#announcements = announcements;
  }

  /** `stillWanted` is asked again when another signer was first. Throws ProtocolError. */
  async append(body: BodyFor, stillWanted?: (chain: Chain) => boolean): Promise<void> {
    const { identity, records } = this.#context;
    await records.append({ by: identity.key, pair: identity.meeting }, body, stillWanted);
  }

  /** Like `append`, with failures shown instead of thrown. */
  write(body: BodyFor, stillWanted?: (chain: Chain) => boolean): void {
    this.attempt(this.append(body, stillWanted));
  }

  /** Shows the failure of anything a host tried. */
  attempt(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#announcements.notice(requestFailed(error));
    });
  }
}
