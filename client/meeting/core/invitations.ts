import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey, InvitationKey } from '../../../shared/ids.ts';
import { type Invitation, invitationOver, isUnbounded } from '../../../shared/records/invitation.ts';
import { may } from '../../../shared/records/rights.ts';
import { hpkeOpen, hpkeSeal } from '../../e2ee/crypto/hpke.ts';
import { invitationKeys, wrapMeetingSecret } from '../../e2ee/link/invitation.ts';
import { linkPath } from '../../e2ee/link/link.ts';
import { newLinkSecrets } from '../../e2ee/link/linkKeys.ts';
import { stretchPassphrase } from '../../e2ee/link/passphrase.ts';
import type { InvitationView, InvitationWish } from '../invitationView.ts';
import type { CoreContext } from './context.ts';
import type { Porter } from './porter.ts';
import type { RecordWriter } from './recordWriter.ts';

const INFO = utf8('Sealroom 1.0 Invitation');
const NAME_CHARACTERS = 60;

const sealedContent = z.strictObject({
  name: z.string().max(NAME_CHARACTERS),
  secret: z.string().length(22),
  passphrase: z.boolean(),
});
type InvitationContent = z.infer<typeof sealedContent>;

/**
 * Makes, lists and revokes invitations. Their names and secrets are sealed to the lobby key inside the
 * records, so that everybody who may admit can give a link out again, and the server knows none.
 */
export class InvitationBook {
  readonly #context: CoreContext;
  readonly #writer: RecordWriter;
  readonly #lobbySeeds: () => readonly Uint8Array[];
  readonly #knockedBy: (invitation: InvitationKey) => ReadonlySet<DeviceKey>;
  readonly #opened = new Map<InvitationKey, InvitationContent | null>();
  #seedsSeen = 0;

  constructor(context: CoreContext, writer: RecordWriter, porter: Porter) {
    this.#context = context;
    this.#writer = writer;
    this.#lobbySeeds = () => porter.lobbySeeds;
    this.#knockedBy = (invitation) => porter.knockedBy(invitation);
  }

  /** Throws ProtocolError. */
  async create(wish: InvitationWish): Promise<void> {
    const { access, link, records } = this.#context;
    const secrets = newLinkSecrets(link.fingerprint, wish.passphrase !== undefined);
    const stretched =
      wish.passphrase === undefined ? null : await stretchPassphrase(link.meeting, secrets, wish.passphrase);
    const keys = invitationKeys(link.meeting, secrets.secret, stretched);
    const content: InvitationContent = {
      name: wish.name.trim().slice(0, NAME_CHARACTERS),
      secret: toBase64Url(secrets.secret),
      passphrase: secrets.passphrase,
    };
    const lobbyKey = fromBase64Url(records.chain.lobbyKey);
    const sealed = hpkeSeal(lobbyKey, INFO, keys.pair.publicKey, padded(content));
    this.#opened.set(keys.key, content);
    await this.#writer.append({
      type: 'invite',
      key: keys.key,
      wrapped: wrapMeetingSecret(link.meeting, keys, access.current.secret),
      uses: wish.uses,
      expires: wish.expires,
      straightIn: wish.straightIn,
      personal: wish.personal,
      sealed: toBase64Url(sealed),
    });
  }

  /** Throws ProtocolError. */
  async revoke(keys: readonly InvitationKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#writer.append({ type: 'revoke', invitations: [...keys] });
  }

  /**
   * A new link for all, with a passphrase or without; only then do the old ones stop. Invitations with a name
   * of their own stay. Throws ProtocolError.
   */
  async rotate(passphrase: string | undefined): Promise<void> {
    const { chain } = this.#context.records;
    const old = [...chain.invitations.values()].filter(
      (each) => isUnbounded(each) && !each.revoked && !this.#contentOf(each)?.name,
    );
    await this.create({
      name: '',
      uses: null,
      expires: null,
      straightIn: false,
      personal: false,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    await this.revoke(old.map(({ key }) => key));
  }

  /** Shows every invitation to those who look after them. */
  show(): void {
    const { clock, identity, records, store } = this.#context;
    // Keys kept from before arrive ahead of the records that say what they open.
    if (!records.known) return;
    const seeds = this.#lobbySeeds();
    if (seeds.length !== this.#seedsSeen) {
      // A key that came just now may open what could not be read before.
      for (const [key, content] of this.#opened) if (!content) this.#opened.delete(key);
      this.#seedsSeen = seeds.length;
    }
    const shown = may(records.chain, identity.key, 'invite') ? [...records.chain.invitations.values()] : [];
    store.set({ invitations: shown.map((invitation) => this.#view(invitation, clock.now())) });
  }

  #view(invitation: Invitation, now: number): InvitationView {
    const { key, personal, straightIn, uses, used, expires } = invitation;
    const { access, link } = this.#context;
    const own = access.known && access.current.invitation.key === key;
    const content = this.#contentOf(invitation);
    let path: string | null = null;
    if (content) {
      const { fingerprint, meeting } = link;
      const secret = fromBase64Url(content.secret);
      path = linkPath({ meeting, fingerprint, secret, passphrase: content.passphrase });
    } else if (own) path = linkPath(link);
    return {
      key,
      name: content?.name ?? (isUnbounded(invitation) ? '' : null),
      link: path,
      passphrase: content?.passphrase ?? (own && link.passphrase),
      personal,
      straightIn,
      uses,
      used: used.size,
      tried: used.union(this.#knockedBy(key)).size,
      expires,
      over: invitationOver(invitation, now),
    };
  }

  #contentOf({ key, sealed }: Invitation): InvitationContent | null {
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const content = sealed === null ? null : open(key, sealed, this.#lobbySeeds());
    this.#opened.set(key, content);
    return content;
  }
}

/** One length for all names. */
function padded(content: InvitationContent): Uint8Array {
  const text = utf8(JSON.stringify(content));
  const bytes = new Uint8Array(512).fill(0x20);
  bytes.set(text);
  return bytes;
}

function open(key: InvitationKey, sealed: string, seeds: readonly Uint8Array[]): InvitationContent | null {
  for (const seed of seeds) {
    try {
      const plaintext = hpkeOpen(seed, INFO, fromBase64Url(key), fromBase64Url(sealed));
      return sealedContent.parse(JSON.parse(fromUtf8(plaintext).trimEnd()));
    } catch {
      // Sealed to another key, or not by this program: shown without a name.
    }
  }
  return null;
}
