import type { startRegistration as StartRegistration } from '@simplewebauthn/browser';
import type { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import {
  accountAnswer,
  done,
  idTokenAnswer,
  type OwnAccount,
  passkeyOptions,
  type SessionId,
  signInLocation,
} from '../../../shared/protocol/accounts.ts';
import { callServer } from '../core/rest.ts';

const post = <Form extends z.ZodType>(path: string, form: Form, body: object = {}) =>
  callServer(location.origin, `/api/account${path}`, form, body);

/** The answer to GET /api/account; null where it is of another form. */
export function readAccount(answer: unknown): OwnAccount | null {
  return accountAnswer.safeParse(answer).data?.account ?? null;
}

/**
 * Where to go for the organisation's sign-in. Refuses an address that would bind the statement to another device.
 * This and all below throw ProtocolError.
 */
export async function beginSignIn(nonce: string): Promise<string> {
  const { location: address } = await post('/provider', signInLocation, { nonce });
  if (new URL(address).searchParams.get('nonce') !== nonce) throw new ProtocolError('provider-mismatch');
  return address;
}

/** The provider's statement after a sign-in; there is one to take once. */
export async function takeIdToken(): Promise<string | null> {
  return (await post('/id-token', idTokenAnswer)).idToken;
}

/** Signs in by the token of an invitation link, which works once. */
export async function redeemInvite(token: string): Promise<void> {
  await post('/invite', done, { token });
}

/** Signs in by a passkey of this site. Also throws ProtocolError `no-passkey` where the browser gave none. */
export async function signInByPasskey(): Promise<void> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const { options } = await post('/passkey/options', passkeyOptions);
  const credential = await withPasskey(() => startAuthentication({ optionsJSON: options }));
  await post('/passkey', done, { credential });
}

/** Makes a passkey for the account that is signed in, under a name. Throws as `signInByPasskey` does. */
export async function addPasskey(name: string): Promise<void> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  const { options } = await post('/passkeys/options', passkeyOptions);
  // The same library made them on the server, and reads them here.
  const optionsJSON = options as unknown as Parameters<typeof StartRegistration>[0]['optionsJSON'];
  const credential = await withPasskey(() => startRegistration({ optionsJSON }));
  await post('/passkeys', done, { credential, name });
}

/** Takes a passkey from the account that is signed in. */
export async function removePasskey(id: string): Promise<void> {
  await post('/passkeys/remove', done, { id });
}

/** Signs another browser of this account out. */
export async function endSession(id: SessionId): Promise<void> {
  await post('/sessions/end', done, { id });
}

/** Signs this browser out, or all of this account. */
export async function signOut(everywhere: boolean): Promise<void> {
  await post('/sign-out', done, { everywhere });
}

/** Whatever the browser says, what it means is that there was no passkey. */
async function withPasskey<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ProtocolError('no-passkey', { cause });
  }
}
