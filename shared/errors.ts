import { z } from 'zod';

/** Why a request was refused, and what the caller can do about it. Clients translate by code. */
export const errorCodes = {
  'bad-request': { text: 'This request was not understood. Reload the page and try again.', retry: 'no' },
  'version-mismatch': {
    text: 'This page is out of date. Reload it to get the current version.',
    retry: 'reload',
  },
  'not-found': { text: 'There is no such meeting. Check the link with the person who sent it.', retry: 'no' },
  ended: { text: 'This meeting has ended.', retry: 'no' },
  'not-identified': { text: 'This device has not identified itself yet.', retry: 'now' },
  'not-admitted': { text: 'You have not been let in to this meeting yet.', retry: 'no' },
  forbidden: { text: 'Your role in this meeting does not allow this. Ask a host.', retry: 'no' },
  'sign-in-required': { text: 'Sign in to do this.', retry: 'no' },
  'sign-in-failed': { text: 'The sign-in did not succeed. Start it again.', retry: 'no' },
  'no-passkey': { text: 'The passkey was not used. Try again, or choose another way.', retry: 'no' },
  'not-entitled': {
    text: 'Your account may not do this on this site. Ask whoever runs it.',
    retry: 'no',
  },
  'passkey-required': {
    text: 'Administration needs a passkey used within the last 12 hours. Sign in with yours, or add one to your account.',
    retry: 'no',
  },
  'provider-mismatch': {
    text: 'This site names another identity provider than this page was built for. Nothing was made. Tell whoever runs it.',
    retry: 'no',
  },
  'not-allowed-here': {
    text: 'Whoever runs this site does not allow this kind of meeting, or recording. Choose another kind, or ask them.',
    retry: 'no',
  },
  'regions-required': {
    text: 'Whoever runs this site lets media pass servers in certain regions only, and the rules of this meeting do not say so. Reload the page, choose among these regions, and start a new meeting.',
    retry: 'no',
  },
  'network-refused': {
    text: 'This site takes part in meetings from certain networks only. Connect to one of them and try again.',
    retry: 'later',
  },
  banned: { text: 'A host has barred this device from the meeting.', retry: 'no' },
  locked: { text: 'A host has locked this meeting. Ask them to open it.', retry: 'later' },
  'bad-signature': { text: 'A signature could not be verified. Reload the page and try again.', retry: 'no' },
  'bad-invitation': {
    text: 'This link does not open this meeting. Check that it was copied whole.',
    retry: 'no',
  },
  'bad-code': {
    text: 'This is not the recovery code of this meeting. Check it for mistyped characters; only the newest code works.',
    retry: 'no',
  },
  'invitation-over': {
    text: 'This invitation is used up, has expired, or was withdrawn. Ask for a new one.',
    retry: 'no',
  },
  'epoch-conflict': { text: 'Someone else changed the group first. Trying again.', retry: 'now' },
  'group-exists': { text: 'The meeting is already running. Joining it.', retry: 'now' },
  'no-group': { text: 'The meeting has not started yet.', retry: 'later' },
  'chain-conflict': { text: 'Another host acted first. Trying again.', retry: 'now' },
  'resync-required': { text: 'The connection was away too long. Joining again.', retry: 'rejoin' },
  'rate-limited': { text: 'Too many attempts. Wait a moment and try again.', retry: 'later' },
  'too-large': { text: 'This is larger than the meeting accepts.', retry: 'no' },
  full: { text: 'There is no more room right now. Try again later.', retry: 'later' },
  'media-unavailable': {
    text: 'The media server is restarting. Audio and video return by themselves.',
    retry: 'later',
  },
  replaced: { text: 'This meeting was opened in another tab on this device.', retry: 'no' },
  'no-file': {
    text: 'This file is no longer on the server. Ask whoever sent it to send it again.',
    retry: 'no',
  },
  'no-report-key': {
    text: 'This site takes no reports: its operator has published no key to seal them to.',
    retry: 'no',
  },
  draining: {
    text: 'This site restarts soon and begins no new meetings until then. Try again in some minutes.',
    retry: 'later',
  },
  'region-unavailable': {
    text: 'No server is running in the regions that this meeting is bound to. Tell whoever runs this site.',
    retry: 'later',
  },
  unavailable: { text: 'The server could not do this just now. Try again in a moment.', retry: 'later' },
} as const satisfies Record<string, { text: string; retry: 'no' | 'now' | 'later' | 'reload' | 'rejoin' }>;

export type ErrorCode = keyof typeof errorCodes;
export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

export const failure = z.strictObject({
  code: errorCode,
  /** English, for people; says what to do next. */
  message: z.string(),
  retry: z.enum(['no', 'now', 'later', 'reload', 'rejoin']),
  /** With `retry: 'later'`, when to try again at the earliest. */
  retryAfterMs: z.number().int().positive().optional(),
});
export type Failure = z.infer<typeof failure>;

/** A refusal that may be shown to the caller: its text carries no secrets, names or internals. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(errorCodes[code].text, { cause: options.cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The wire form. */
  toFailure(): Failure {
    return {
      code: this.code,
      message: this.message,
      retry: errorCodes[this.code].retry,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** The error a wire failure stands for. */
export function fromFailure(wire: Failure): ProtocolError {
  return new ProtocolError(
    wire.code,
    wire.retryAfterMs === undefined ? {} : { retryAfterMs: wire.retryAfterMs },
  );
}
