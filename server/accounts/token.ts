import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url: a session, a one-time link, a step of a sign-in. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** 128 random bits in base64url, for ids. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}

/** How a token rests. It is random, so that a plain hash cannot be led back. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
