import type { CaptureKind } from './capture.ts';

/** What a page asks for at once. */
export const captureKinds: readonly CaptureKind[] = ['microphone', 'camera'];

/**
 * The one of microphone and camera that the browser does not keep from this page, where it keeps the other. Empty
 * where both are the same, and where the browser does not say.
 */
export async function allowedAlone(): Promise<readonly CaptureKind[]> {
  const refused = await Promise.all(captureKinds.map(isRefused));
  const allowed = captureKinds.filter((_, at) => !refused[at]);
  return allowed.length === 1 ? allowed : [];
}

async function isRefused(kind: CaptureKind): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: kind })).state === 'denied';
  } catch {
    return false;
  }
}
