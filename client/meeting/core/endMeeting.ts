import { ProtocolError } from '../../../shared/errors.ts';
import { httpBlobs } from './blobPort.ts';
import { type CoreOptions, MeetingCore } from './meetingCore.ts';

/** As long as a slow line may take to identify and to append one record. */
const PATIENCE_MS = 30_000;

/**
 * Ends a meeting for all by this device's own right, from the door: identifies, signs the record, leaves.
 * Fulfils where it is over already. Throws ProtocolError.
 */
export async function endMeeting(options: Omit<CoreOptions, 'frames' | 'files' | 'publish'>): Promise<void> {
  let look: () => void = () => undefined;
  const core = await MeetingCore.open({
    ...options,
    frames: { post: () => undefined, onMessage: () => undefined },
    // Nothing but the record passes.
    files: {
      blobs: httpBlobs(options.origin),
      sink: () => Promise.reject(new ProtocolError('not-admitted')),
      preview: async () => null,
    },
    publish: () => look(),
  });
  let cancel: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      cancel = options.clock.after(PATIENCE_MS, () => reject(new ProtocolError('unavailable')));
      let asked = false;
      look = () => {
        const { phase, rights } = core.state;
        switch (phase.name) {
          case 'ended':
            return resolve();
          case 'failed':
            return reject(new ProtocolError(phase.code));
          case 'bad-link':
          case 'passphrase':
            return reject(new ProtocolError('bad-invitation'));
          case 'prejoin':
            if (asked) return;
            asked = true;
            if (!rights.has('end')) return reject(new ProtocolError('forbidden'));
            core.control.ending().then(resolve, reject);
        }
      };
      look();
    });
  } finally {
    cancel();
    core.close();
  }
}
