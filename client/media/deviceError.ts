/**
 * `denied`: the person or the system refused; `no-device`: there is none; `in-use`: another program holds
 * it; `insecure`: the page has no access at all (not HTTPS); `cancelled`: stopped while being asked for.
 */
export type DeviceErrorCode = 'denied' | 'no-device' | 'in-use' | 'insecure' | 'cancelled';

/** A camera, microphone or screen could not be used. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode;

  constructor(code: DeviceErrorCode, options: { cause?: unknown } = {}) {
    super(`media device: ${code}`, options);
    this.name = 'DeviceError';
    this.code = code;
  }
}

const codes: Readonly<Record<string, DeviceErrorCode>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'insecure',
  NotFoundError: 'no-device',
  DevicesNotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  AbortError: 'in-use',
  InvalidStateError: 'cancelled',
};

/** What a failed getUserMedia or getDisplayMedia means. */
export function deviceErrorOf(reason: unknown): DeviceError {
  if (reason instanceof DeviceError) return reason;
  const name = reason instanceof Error ? reason.name : '';
  return new DeviceError(codes[name] ?? 'in-use', { cause: reason });
}
