import { ProtocolError } from '../../shared/errors.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { Context, Handlers } from './handler.ts';

type BlobRequest = Extract<RequestName, `blob:${string}`>;

/** Where this server keeps files. Throws `unavailable` where it keeps none. */
function filesOf({ blobs }: Context): Blobs {
  if (!blobs) throw new ProtocolError('unavailable');
  return blobs;
}

/** Requests about sealed files: for members only, and sending only where the records allow it. */
export const blobHandlers: Handlers<BlobRequest> = {
  async 'blob:create'(context, { size }, answer) {
    const { runtime, caller } = context;
    const { device } = caller();
    if (!runtime.may(device, 'files')) throw new ProtocolError('forbidden');
    return answer(await filesOf(context).create(runtime.meeting, device, size));
  },
  async 'blob:open'(context, { blob, use }, answer) {
    const { runtime, caller } = context;
    const { device } = caller();
    if (use === 'upload' && !runtime.may(device, 'files')) throw new ProtocolError('forbidden');
    return answer(await filesOf(context).open(runtime.meeting, device, blob, use));
  },
  async 'blob:delete'(context, { blob }, answer) {
    const { runtime, caller } = context;
    const { device } = caller();
    await filesOf(context).delete(runtime.meeting, device, blob, runtime.may(device, 'moderate'));
    return answer({});
  },
};
