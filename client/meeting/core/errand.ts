import { ProtocolError } from '../../../shared/errors.ts';
import { httpBlobs } from './blobPort.ts';
import { type CoreOptions, MeetingCore } from './meetingCore.ts';
import type { CoreState } from './state.ts';

/** As long as a slow line may take to identify and to append one record. */
const PATIENCE_MS = 30_000;

export type ErrandOptions = Omit<CoreOptions, 'frames' | 'files' | 'publish'>;

/**
 * Goes to a meeting's door, without going in: `look` gets each state until it returns what there is to do, which
 * is waited for. Throws what that throws, and ProtocolError('unavailable') where it takes too long.
 */
export async function errand(
  options: ErrandOptions,
  look: (state: CoreState, core: MeetingCore) => Promise<void> | null,
): Promise<void> {
  let changed: () => void = () => undefined;
  const core = await MeetingCore.open({
    ...options,
    frames: { post: () => undefined, onMessage: () => undefined },
    // Nothing but records passes.
    files: {
      blobs: httpBlobs(options.origin),
      keepPiece: () => Promise.reject(new ProtocolError('not-admitted')),
      sink: () => Promise.reject(new ProtocolError('not-admitted')),
      preview: async () => null,
      shrink: async () => null,
    },
    publish: () => changed(),
  });
  let cancel: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      cancel = options.clock.after(PATIENCE_MS, () => reject(new ProtocolError('unavailable')));
      let begun = false;
      changed = () => {
        if (begun) return;
        const work = look(core.state, core);
        if (work === null) return;
        begun = true;
        work.then(resolve, reject);
      };
      changed();
    });
  } finally {
    cancel();
    core.close();
  }
}
