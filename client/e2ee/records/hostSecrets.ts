import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type HostKey, hostKey, type MeetingId } from '../../../shared/ids.ts';
import { type SignatureKeyPair, signatureKeyPair } from '../crypto/ed25519.ts';
import { hpkeKeyPair } from '../crypto/hpke.ts';
import { HOST_ENTRIES, type KeyStore } from '../identity/keyStore.ts';
import { type Access, meetingKey } from '../link/access.ts';
import { randomBytes } from '../sodium.ts';

/** What only the founder's device holds: the host key and the private half of the lobby key. */
export interface HostSecrets {
  readonly hostSeed: Uint8Array;
  readonly lobbySeed: Uint8Array;
}

/** Fresh seeds of 32 bytes each, for a meeting that is being founded. */
export function newHostSecrets(): HostSecrets {
  return { hostSeed: randomBytes(32), lobbySeed: randomBytes(32) };
}

/** The Ed25519 pair that signs as the host. */
export function hostKeyPair(secrets: HostSecrets): SignatureKeyPair & { readonly key: HostKey } {
  const pair = signatureKeyPair(secrets.hostSeed);
  return { ...pair, key: hostKey.parse(toBase64Url(pair.publicKey)) };
}

/** X-Wing key pair that knocks are sealed to. */
export function lobbyKeyPair(lobbySeed: Uint8Array): {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
} {
  return hpkeKeyPair(lobbySeed);
}

/**
 * Seed of a breakout room's lobby key. People are let in there by name, so that its members may all hold it.
 */
export function roomLobbySeed(access: Omit<Access, 'invitation'>): Uint8Array {
  return meetingKey(access, 'room-lobby');
}

const stored = z.strictObject({ hostSeed: z.string(), lobbySeed: z.string() });
const entry = (meeting: MeetingId) => `${HOST_ENTRIES}${meeting}`;

/** Keeps the seeds in this device's key store, which holds them wrapped. Throws what the store throws. */
export async function saveHostSecrets(
  store: KeyStore,
  meeting: MeetingId,
  secrets: HostSecrets,
): Promise<void> {
  const json = { hostSeed: toBase64Url(secrets.hostSeed), lobbySeed: toBase64Url(secrets.lobbySeed) };
  await store.put(entry(meeting), utf8(JSON.stringify(json)));
}

/** The host secrets of a meeting founded on this device, or null. */
export async function loadHostSecrets(store: KeyStore, meeting: MeetingId): Promise<HostSecrets | null> {
  const bytes = await store.get(entry(meeting));
  if (!bytes) return null;
  const { hostSeed, lobbySeed } = stored.parse(JSON.parse(fromUtf8(bytes)));
  return { hostSeed: fromBase64Url(hostSeed), lobbySeed: fromBase64Url(lobbySeed) };
}

const lobbyEntry = (meeting: MeetingId) => `lobby:${meeting}`;

/** Keeps the lobby key on a device that may admit. */
export async function saveLobbySeed(store: KeyStore, meeting: MeetingId, seed: Uint8Array): Promise<void> {
  await store.put(lobbyEntry(meeting), seed);
}

/** The newest lobby key this device holds: handed to it, or made when it founded the meeting. */
export async function loadLobbySeed(store: KeyStore, meeting: MeetingId): Promise<Uint8Array | null> {
  return (await store.get(lobbyEntry(meeting))) ?? (await loadHostSecrets(store, meeting))?.lobbySeed ?? null;
}
