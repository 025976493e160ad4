import { WorkerBinaryError } from '../errors.ts';

export interface SourcePatch {
  /** Relative to mediasoup's `worker` folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * The source with the one occurrence of `find` replaced.
 * @throws WorkerBinaryError `patch-mismatch` unless it occurs exactly once: a new mediasoup then needs a look.
 */
export function applyPatch(source: string, patch: SourcePatch): string {
  const [before, after, ...more] = source.split(patch.find);
  if (before === undefined || after === undefined || more.length > 0) {
    const count = source.split(patch.find).length - 1;
    throw new WorkerBinaryError(
      'patch-mismatch',
      `${patch.file}: expected exactly one "${patch.find}" to patch, found ${count}; this mediasoup version needs a reviewed patch`,
    );
  }
  return before + patch.replace + after;
}
