import { fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { may } from '../../../shared/records/rights.ts';
import type { Content } from '../../e2ee/content.ts';
import { loadLobbySeed, lobbyKeyPair, roomLobbySeed, saveLobbySeed } from '../../e2ee/records/hostSecrets.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import type { Porter } from './porter.ts';

const ASK_AGAIN_MS = 5_000;

/**
 * Gets the lobby's private key to everybody who may admit, and to nobody else: those who lack it ask
 * inside the group, those who hold it seal it to the asker's leaf.
 */
export class LobbyKeys {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #porter: Porter;
  #cancel: (() => void) | null = null;

  constructor(context: CoreContext, keeper: GroupKeeper, porter: Porter) {
    this.#context = context;
    this.#keeper = keeper;
    this.#porter = porter;
  }

  /** Takes the key kept on this device, if it is the one in force. */
  async load(): Promise<void> {
    const seed = await loadLobbySeed(this.#context.keyStore, this.#context.link.meeting);
    if (seed) await this.#porter.takeLobbySeed(seed);
  }

  /** Asks where this device may admit and cannot open knocks. Repeats until answered. */
  ask(): void {
    if (this.#cancel || !this.#lacking()) return;
    const { access, main } = this.#context;
    if (main !== undefined) return void this.#porter.takeLobbySeed(roomLobbySeed(access.current));
    this.#keeper.outbox.send({ type: 'wantLobbyKey' }).catch(() => undefined);
    this.#cancel = this.#context.clock.after(ASK_AGAIN_MS, () => {
      this.#cancel = null;
      this.ask();
    });
  }

  /** Another member asks: only those get it whom the records allow to admit. */
  asked(by: DeviceKey): void {
    const seed = this.#porter.lobbySeed;
    const { chain } = this.#context.records;
    if (!seed || !this.#inForce(seed) || !may(chain, by, 'admit')) return;
    this.#keeper.outbox.sendSecret(by, seed).catch(() => undefined);
  }

  async received(from: DeviceKey, { to, sealed }: Content & { type: 'lobbyKey' }): Promise<void> {
    const { identity, keyStore, link } = this.#context;
    if (to !== identity.key || !this.#lacking()) return;
    const seed = await this.#keeper.openSecret(from, sealed);
    // The public half stands in the signed records, so a wrong key is told from the right one.
    if (seed?.length !== 32 || !this.#inForce(seed)) return;
    await saveLobbySeed(keyStore, link.meeting, seed);
    await this.#porter.takeLobbySeed(seed);
  }

  /** A new key, after someone who held the old one lost the right to admit. Hosts only. Throws ProtocolError. */
  async renew(): Promise<void> {
    const { identity, keyStore, link, records } = this.#context;
    const seed = randomBytes(32);
    // Kept and in use before anybody can seal to it.
    await saveLobbySeed(keyStore, link.meeting, seed);
    await this.#porter.takeLobbySeed(seed);
    const publicKey = toBase64Url(lobbyKeyPair(seed).publicKey);
    await records.append(
      { by: identity.key, pair: identity.meeting },
      { type: 'lobbyKey', lobbyKey: publicKey },
    );
  }

  #lacking(): boolean {
    const { identity, records } = this.#context;
    if (!this.#keeper.group || !may(records.chain, identity.key, 'admit')) return false;
    const seed = this.#porter.lobbySeed;
    return !seed || !this.#inForce(seed);
  }

  #inForce(seed: Uint8Array): boolean {
    return (
      toBase64Url(lobbyKeyPair(seed).publicKey) ===
      toBase64Url(fromBase64Url(this.#context.records.chain.lobbyKey))
    );
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
