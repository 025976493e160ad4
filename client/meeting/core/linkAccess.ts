import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import { type InvitationOver, invitationOver } from '../../../shared/records/invitation.ts';
import { isRemembered } from '../../../shared/records/rights.ts';
import { Bars } from '../../e2ee/admission/bars.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import type { Access } from '../../e2ee/link/access.ts';
import { invitationKeys, unwrapMeetingSecret } from '../../e2ee/link/invitation.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { stretchPassphrase } from '../../e2ee/link/passphrase.ts';

/** Whether the link opens the meeting its records tell of, or what is lacking. */
export type LinkState = 'open' | 'passphrase' | 'unknown' | InvitationOver;

const entry = (meeting: MeetingId) => `passphrase:${meeting}`;

/** Keeps what was made of a passphrase, so that the person is asked once. */
export async function keepPassphrase(
  store: KeyStore,
  meeting: MeetingId,
  stretched: Uint8Array,
): Promise<void> {
  await store.put(entry(meeting), stretched);
}

/** This device's link, opened against the meeting's records: the invitation it names and the meeting's secret. */
export class LinkAccess {
  readonly #link: MeetingLink;
  readonly #store: KeyStore;
  #stretched: Uint8Array | null;
  #access: Access | null = null;
  #bars: Bars | null = null;

  private constructor(link: MeetingLink, store: KeyStore, stretched: Uint8Array | null) {
    this.#link = link;
    this.#store = store;
    this.#stretched = stretched;
  }

  /** With the passphrase that this device was given before, if there is one. */
  static async open(link: MeetingLink, store: KeyStore): Promise<LinkAccess> {
    return new LinkAccess(link, store, link.passphrase ? await store.get(entry(link.meeting)) : null);
  }

  /** Throws ProtocolError before `unlock` has succeeded. */
  get current(): Access {
    if (!this.#access) throw new ProtocolError('not-identified');
    return this.#access;
  }

  /** Throws ProtocolError before `unlock` has succeeded. */
  get bars(): Bars {
    this.#bars ??= new Bars(this.current);
    return this.#bars;
  }

  get known(): boolean {
    return this.#access !== null;
  }

  /** Opens the link against the records, for `device` at `now`. */
  unlock(chain: Chain, device: DeviceKey, now: number): LinkState {
    if (this.#link.passphrase && !this.#stretched) return 'passphrase';
    const { meeting, secret } = this.#link;
    const keys = invitationKeys(meeting, secret, this.#stretched);
    const invitation = chain.invitations.get(keys.key);
    const opened = invitation && unwrapMeetingSecret(meeting, keys, invitation.wrapped);
    if (!invitation || !opened) return this.#link.passphrase ? 'passphrase' : 'unknown';
    this.#access = { meeting, invitation: keys, secret: opened };
    // Whoever was let in comes back by the same link, whatever has become of it.
    if (isRemembered(chain, device) || chain.sentBack.has(device)) return 'open';
    return invitationOver(invitation, now) ?? 'open';
  }

  /** Tries a passphrase; one that opens the link is kept for the next visit, in its stretched form. */
  async tryPassphrase(passphrase: string, chain: Chain, device: DeviceKey, now: number): Promise<LinkState> {
    this.#stretched = await stretchPassphrase(this.#link.meeting, this.#link, passphrase);
    const state = this.unlock(chain, device, now);
    if (state === 'passphrase') this.#stretched = null;
    else await keepPassphrase(this.#store, this.#link.meeting, this.#stretched).catch(() => undefined);
    return state;
  }
}
