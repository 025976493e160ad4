import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, KnockId } from '../../../shared/ids.ts';
import { type Chain, inGoodStanding, may, roleOf } from '../../../shared/records/chain.ts';
import type { RecordBody, Source } from '../../../shared/records/record.ts';
import { allows, type Policy, type Role } from '../../../shared/roles.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Announcements } from './announcements.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import type { LobbyKeys } from './lobbyKeys.ts';
import type { Porter } from './porter.ts';

/** What hosts and co-hosts do: each act is a signed record, which server and members enforce. */
export class Control {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #porter: Porter;
  readonly #lobbyKeys: LobbyKeys;
  readonly #announcements: Announcements;

  constructor(
    context: CoreContext,
    keeper: GroupKeeper,
    porter: Porter,
    lobbyKeys: LobbyKeys,
    announcements: Announcements,
  ) {
    this.#context = context;
    this.#keeper = keeper;
    this.#porter = porter;
    this.#lobbyKeys = lobbyKeys;
    this.#announcements = announcements;
  }

  /** Lets people in who knocked: a lasting record, then the commit at once. */
  admit(knockIds: readonly KnockId[]): void {
    const devices = this.#porter.devicesOf(knockIds);
    if (devices.length === 0) return;
    this.#keeper.committer.hurry();
    const missing = (chain: Chain) => devices.filter((device) => !chain.admitted.has(device));
    this.#append({ type: 'admit', devices }, (chain) => missing(chain).length > 0);
  }

  deny(knockIds: readonly KnockId[]): void {
    if (knockIds.length === 0) return;
    this.#context.signaling
      .request('lobby:deny', { knockIds: [...knockIds] })
      .catch((error) => this.#failed(error));
  }

  /** Puts a device out; the server cuts its media at the record, the group follows with new keys. */
  remove(device: DeviceKey, ban: boolean): void {
    this.#keeper.committer.hurry();
    const admitted = may(this.#context.records.chain, device, 'admit');
    this.#append({ type: 'remove', devices: [device], ban });
    if (admitted) this.#renewLobbyKey();
  }

  stop(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[], hold: boolean): void {
    this.#append({ type: 'stop', devices: list(devices), sources: [...sources], hold });
  }

  allow(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[]): void {
    this.#append({ type: 'allow', devices: list(devices), sources: [...sources] });
  }

  setRole(device: DeviceKey, role: Role): void {
    const { chain } = this.#context.records;
    const admitted = may(chain, device, 'admit');
    const admits = allows(chain.policy, role, 'admit');
    this.#append({ type: 'grant', device, role }, (now) => roleOf(now, device) !== role);
    if (admitted && !admits) this.#renewLobbyKey();
  }

  setLocked(locked: boolean): void {
    this.#append({ type: 'lock', locked }, (chain) => chain.locked !== locked);
  }

  /** Changes the rules. Who is inside stays inside, also when a lobby is put up now. */
  setPolicy(policy: Policy): void {
    const { chain } = this.#context.records;
    const inside = (this.#keeper.group?.roster() ?? []).map((member) => deviceOf(member.signatureKey));
    const unnamed = inside.filter((device) => inGoodStanding(chain, device) && !chain.admitted.has(device));
    if (policy.lobby && !chain.policy.lobby && unnamed.length > 0)
      this.#append({ type: 'admit', devices: unnamed });
    this.#append({ type: 'policy', policy });
  }

  end(): void {
    this.#append({ type: 'end' });
  }

  /** Somebody who holds the lobby key may not admit any more. Only hosts can change it. */
  #renewLobbyKey(): void {
    const { identity, records } = this.#context;
    if (!records.chain.policy.lobby || roleOf(records.chain, identity.key) !== 'host') return;
    this.#lobbyKeys.renew().catch((error) => this.#failed(error));
  }

  #append(body: RecordBody, stillWanted?: (chain: Chain) => boolean): void {
    const { identity, records } = this.#context;
    records
      .append({ by: identity.key, pair: identity.meeting }, body, stillWanted)
      .catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    const code = error instanceof ProtocolError ? error.code : 'unavailable';
    this.#announcements.notice({ kind: 'request-failed', code });
  }
}

function list(devices: readonly DeviceKey[] | 'everyone'): DeviceKey[] | 'everyone' {
  return devices === 'everyone' ? 'everyone' : [...devices];
}
