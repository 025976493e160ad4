import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type MeetingId, meetingId } from '../../../shared/ids.ts';
import type { Breakout } from '../../../shared/records/breakout.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { invitationKeys } from '../../e2ee/link/invitation.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { hostFingerprint } from '../../e2ee/link/linkKeys.ts';

const stored = z.array(z.tuple([meetingId, z.string()]));

/** Link secrets of the breakout rooms that this device may enter, kept for a reload of the page. */
export class RoomSecrets {
  readonly #store: KeyStore;
  readonly #entry: string;
  #secrets: ReadonlyMap<MeetingId, Uint8Array> = new Map();

  constructor(store: KeyStore, main: MeetingId) {
    this.#store = store;
    this.#entry = `breakout:${main}`;
  }

  async load(): Promise<void> {
    const bytes = await this.#store.get(this.#entry);
    if (!bytes) return;
    const kept = stored.parse(JSON.parse(fromUtf8(bytes)));
    this.#secrets = new Map(kept.map(([room, secret]) => [room, fromBase64Url(secret)]));
  }

  has(room: MeetingId): boolean {
    return this.#secrets.has(room);
  }

  /** Secrets of some rooms, as far as this device holds them. */
  of(rooms: readonly MeetingId[]): { readonly room: MeetingId; readonly secret: string }[] {
    return rooms.flatMap((room) => {
      const secret = this.#secrets.get(room);
      return secret ? [{ room, secret: toBase64Url(secret) }] : [];
    });
  }

  /** Takes a secret if it is the one of a room that the records name. Whether it was news. */
  take(breakout: Breakout, room: MeetingId, secret: Uint8Array): boolean {
    const named = breakout.rooms.find(({ meeting }) => meeting === room);
    if (!named || this.#secrets.has(room) || !fits(room, secret, named.invitation)) return false;
    const open = new Set(breakout.rooms.map(({ meeting }) => meeting));
    const kept = [...this.#secrets].filter(([held]) => open.has(held));
    this.#secrets = new Map([...kept, [room, secret]]);
    const json = [...this.#secrets].map(([held, bytes]) => [held, toBase64Url(bytes)]);
    // Where it cannot be kept, the others are asked again after a reload.
    this.#store.put(this.#entry, utf8(JSON.stringify(json))).catch(() => undefined);
    return true;
  }

  /** The way into a room, or null where this device lacks its secret. */
  linkOf({ hostKey }: Breakout, room: MeetingId): MeetingLink | null {
    const secret = this.#secrets.get(room);
    return secret
      ? { meeting: room, secret, fingerprint: hostFingerprint(hostKey), passphrase: false }
      : null;
  }

  /** When the rooms are closed. */
  forget(): void {
    if (this.#secrets.size === 0) return;
    this.#secrets = new Map();
    this.#store.delete(this.#entry).catch(() => undefined);
  }
}

function fits(room: MeetingId, secret: Uint8Array, invitation: string): boolean {
  return secret.length === 16 && invitationKeys(room, secret, null).key === invitation;
}
