import { fromBase64Url } from '../../../shared/bytes.ts';
import type { KnockKind, WelcomeDelivery } from '../../../shared/protocol/lobby.ts';
import { mayEnterBy } from '../../../shared/records/rights.ts';
import { sealKnock } from '../../e2ee/admission/knock.ts';
import { type LobbyWordContent, openLobbyWord } from '../../e2ee/admission/lobbyWord.ts';
import { createKeyPackage, type KeyPackageBundle } from '../../e2ee/group/keyPackage.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

/** This device's own way in: knocks with a fresh key package and enters by the welcome for it. */
export class Door {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  #bundle: KeyPackageBundle | null = null;
  #replyKey: Uint8Array | null = null;

  constructor(context: CoreContext, keeper: GroupKeeper) {
    this.#context = context;
    this.#keeper = keeper;
  }

  /** Knocks; an earlier knock of this device is replaced. Throws ProtocolError. */
  async knock(credential: Uint8Array, message: string): Promise<KnockKind> {
    const { access, identity, records, signaling, clock } = this.#context;
    const { chain } = records;
    this.#bundle?.close();
    const bundle = await createKeyPackage(
      { signature: identity.meeting, credential, suite: chain.groupSuite },
      clock.now(),
    );
    this.#bundle = bundle;
    const held = access.current;
    const to = mayEnterBy(chain, identity.key, held.invitation.key, clock.now())
      ? ({ kind: 'return' } as const)
      : ({ kind: 'lobby', lobbyKey: fromBase64Url(chain.lobbyKey) } as const);
    this.#replyKey = randomBytes(32);
    const content = { keyPackage: bundle.bytes, message, replyKey: this.#replyKey };
    const request = sealKnock(held, identity.key, bundle.ref, content, to);
    await signaling.request('lobby:knock', request);
    return to.kind;
  }

  /** Enters by a welcome; false when it is not for the key package of the last knock. */
  async enter(delivery: WelcomeDelivery): Promise<boolean> {
    const bundle = this.#bundle;
    if (!bundle) return false;
    // A key package serves once; a second welcome for it finds nothing.
    this.#bundle = null;
    await this.#keeper.join(delivery, bundle);
    return true;
  }

  /** What those who may admit say to this waiting device; null for what they did not seal. */
  openWord(sealed: Uint8Array): LobbyWordContent | null {
    const { identity, link } = this.#context;
    return this.#replyKey && openLobbyWord(this.#replyKey, link.meeting, identity.key, sealed);
  }

  /** Forgets the key package of a knock that is not to be answered any more. Idempotent. */
  close(): void {
    this.#bundle?.close();
    this.#bundle = null;
  }
}
