import { fromBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, InvitationKey, KnockId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { RecordBody, Source } from '../../../shared/records/record.ts';
import { inGoodStanding, may, roleOf } from '../../../shared/records/rights.ts';
import { allows, type Policy, type Role } from '../../../shared/roles.ts';
import { NOTED_AT_ONCE, sealBanNote } from '../../e2ee/admission/banNote.ts';
import { sealLobbyWord } from '../../e2ee/admission/lobbyWord.ts';
import { sealLabel } from '../../e2ee/records/label.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import type { LobbyKeys } from './lobbyKeys.ts';
import { mergePolicy } from './policyMerge.ts';
import type { Porter } from './porter.ts';
import type { RecordWriter } from './recordWriter.ts';

/** Somebody at the door, with the invitation it came by. */
export interface Entrant {
  readonly device: DeviceKey;
  readonly invitation: InvitationKey;
}

const DEVICES_PER_RECORD = 100;

/** What hosts and co-hosts do: each act is a signed record, which server and members enforce. */
export class Control {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #porter: Porter;
  readonly #lobbyKeys: LobbyKeys;
  readonly #writer: RecordWriter;

  constructor(
    context: CoreContext,
    parts: { keeper: GroupKeeper; porter: Porter; lobbyKeys: LobbyKeys; writer: RecordWriter },
  ) {
    this.#context = context;
    this.#keeper = parts.keeper;
    this.#porter = parts.porter;
    this.#lobbyKeys = parts.lobbyKeys;
    this.#writer = parts.writer;
  }

  /** Lets people in who knocked. */
  admit(knockIds: readonly KnockId[]): void {
    this.letIn(this.#porter.entrantsOf(knockIds));
  }

  /** A lasting record for each invitation that people came by, then the commit at once. */
  letIn(entrants: readonly Entrant[]): void {
    if (entrants.length === 0) return;
    this.#keeper.committer.hurry();
    const groups = Map.groupBy(entrants, ({ invitation }) => invitation);
    for (const [invitation, group] of groups) {
      const uses = this.#context.records.chain.invitations.get(invitation)?.uses ?? null;
      const left = this.#left(invitation, group, uses);
      for (let from = 0; from < left.length; from += DEVICES_PER_RECORD) {
        const devices = left.slice(from, from + DEVICES_PER_RECORD);
        this.#writer.write({ type: 'admit', devices, invitation }, (chain) =>
          devices.some((device) => !chain.admitted.has(device) || chain.sentBack.has(device)),
        );
      }
    }
  }

  /** As many as the invitation still lets in, in the order they knocked. */
  #left(invitation: InvitationKey, group: readonly Entrant[], uses: number | null): DeviceKey[] {
    const used = this.#context.records.chain.invitations.get(invitation)?.used ?? new Set();
    const devices = group.map(({ device }) => device);
    if (uses === null) return devices;
    const again = devices.filter((device) => used.has(device));
    const fresh = devices.filter((device) => !used.has(device));
    return [...again, ...fresh.slice(0, Math.max(0, uses - used.size))];
  }

  deny(knockIds: readonly KnockId[]): void {
    if (knockIds.length === 0) return;
    this.#writer.attempt(this.#context.signaling.request('lobby:deny', { knockIds: [...knockIds] }));
  }

  /** Refuses and bars: a record, which outlasts the knock. */
  denyAndBan(knockIds: readonly KnockId[]): void {
    const devices = this.#porter.entrantsOf(knockIds).map(({ device }) => device);
    for (let from = 0; from < devices.length; from += DEVICES_PER_RECORD) {
      this.#writer.write(this.#banOf(devices.slice(from, from + DEVICES_PER_RECORD)));
    }
  }

  /** Words to waiting people, each sealed for its device alone. */
  tell(knockIds: readonly KnockId[], text: string): void {
    const { clock, link, signaling, store } = this.#context;
    const trimmed = text.trim().slice(0, limits.lobbyWordCharacters);
    if (!trimmed) return;
    const word = { from: store.state.name, text: trimmed, at: clock.now() };
    const words = this.#porter.openedOf(knockIds).map(({ knock, replyKey }) => ({
      knockId: knock.knockId,
      sealed: sealLobbyWord(replyKey, link.meeting, knock.device, word),
    }));
    for (let from = 0; from < words.length; from += limits.lobbyWords) {
      const some = words.slice(from, from + limits.lobbyWords);
      this.#writer.attempt(signaling.request('lobby:tell', { words: some }));
    }
  }

  /** Back to the lobby: the server cuts its media at the record, the group follows with new keys. */
  sendBack(device: DeviceKey): void {
    this.#keeper.committer.hurry();
    this.#writer.write({ type: 'sendBack', devices: [device] }, (chain) => !chain.sentBack.has(device));
  }

  /** Puts a device out; the server cuts its media at the record, the group follows with new keys. */
  remove(device: DeviceKey, ban: boolean): void {
    this.#keeper.committer.hurry();
    const admitted = may(this.#context.records.chain, device, 'admit');
    this.#writer.write(ban ? this.#banOf([device]) : { type: 'remove', devices: [device], ban });
    if (admitted) this.#renewLobbyKey();
  }

  /** A ban, with a note for the founder of the series on whom it is about. */
  #banOf(devices: DeviceKey[]): RecordBody {
    const { bans, link, records } = this.#context;
    const people = bans.ownersOf(devices);
    const body = { type: 'remove', devices, ban: true } as const;
    if (people.length === 0 || people.length > NOTED_AT_ONCE) return body;
    return { ...body, note: sealBanNote(fromBase64Url(records.chain.lobbyKey), link.meeting, people) };
  }

  /** Bars a device that knocks, by a ban from an earlier meeting of the series. */
  bar(device: DeviceKey): void {
    if (!may(this.#context.records.chain, this.#context.identity.key, 'remove')) return;
    this.#writer.write(
      { type: 'remove', devices: [device], ban: true },
      (chain) => !chain.banned.has(device),
    );
  }

  unban(device: DeviceKey): void {
    this.#writer.write({ type: 'unban', devices: [device] }, (chain) => chain.banned.has(device));
  }

  stop(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[], hold: boolean): void {
    this.#writer.write({ type: 'stop', devices: list(devices), sources: [...sources], hold });
  }

  allow(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[]): void {
    this.#writer.write({ type: 'allow', devices: list(devices), sources: [...sources] });
  }

  setRole(device: DeviceKey, role: Role): void {
    const { chain } = this.#context.records;
    const admitted = may(chain, device, 'admit');
    const admits = allows(chain.policy, role, 'admit');
    this.#writer.write({ type: 'grant', device, role }, (now) => roleOf(now, device) !== role);
    if (admitted && !admits) this.#renewLobbyKey();
  }

  setLocked(locked: boolean): void {
    this.#writer.write({ type: 'lock', locked }, (chain) => chain.locked !== locked);
  }

  setPanic(on: boolean): void {
    this.#writer.write({ type: 'panic', on }, (chain) => chain.panic !== on);
  }

  /** Says that this device begins or ends to record. */
  setRecording(on: boolean): void {
    const { key } = this.#context.identity;
    this.#writer.write({ type: 'recording', on }, (chain) => chain.recording.has(key) !== on);
  }

  setSpotlight(devices: readonly DeviceKey[]): void {
    this.#writer.write({ type: 'spotlight', devices: devices.slice(0, 4) });
  }

  /** Whether only hosts and co-hosts draw. */
  setViewOnly(on: boolean): void {
    this.#writer.write({ type: 'viewOnly', on }, (chain) => chain.viewOnly !== on);
  }

  /** Asks a person to turn a source on; where it is held, frees it first. Nobody is unmuted by another. */
  ask(device: DeviceKey, source: Source): void {
    if (source !== 'microphone' && source !== 'camera') return;
    const { store } = this.#context;
    const blocked = store.state.members.find((member) => member.device === device)?.blocked ?? [];
    if (blocked.includes(source)) this.allow([device], [source]);
    this.#writer.attempt(this.#keeper.outbox.send({ type: 'ask', to: device, source }));
  }

  lowerHand(device: DeviceKey | 'everyone'): void {
    this.#writer.attempt(this.#keeper.outbox.send({ type: 'lowerHand', device }));
  }

  /**
   * Changes the rules from `base`, what this host saw, to `policy`; what other hosts changed meanwhile stays. Who is
   * inside stays inside, also when a lobby is put up now.
   */
  setPolicy(policy: Policy, base: Policy = this.#context.records.chain.policy): void {
    const { chain } = this.#context.records;
    const inside = this.#keeper.present();
    const unnamed = inside.filter((device) => inGoodStanding(chain, device) && !chain.admitted.has(device));
    const closes = policy.lobby || policy.who !== 'anyone';
    if (closes && unnamed.length > 0) {
      const still = (now: Chain) => unnamed.some((device) => !now.admitted.has(device));
      this.#writer.write({ type: 'admit', devices: unnamed }, still);
    }
    this.#writePolicy(policy, base);
  }

  /** Changes the classification shown on every page; null takes it away. */
  setLabel(label: string | null): void {
    const { access, records } = this.#context;
    const sealed = label?.trim() ? sealLabel(access.current, label) : null;
    const { policy } = records.chain;
    this.#writePolicy({ ...policy, label: sealed }, policy);
  }

  /** Where another host changed the same rule otherwise, nothing is written, and the person told. */
  #writePolicy(mine: Policy, base: Policy): void {
    this.#writer.write(({ policy: theirs }) => {
      const policy = mergePolicy(base, mine, theirs);
      if (!policy) throw new ProtocolError('chain-conflict');
      return { type: 'policy', policy };
    });
  }

  /** Ends the meeting for all. Throws ProtocolError. */
  ending(): Promise<void> {
    return this.#writer.append({ type: 'end' });
  }

  /** Somebody who holds the lobby key may not admit any more. Only hosts can change it. */
  #renewLobbyKey(): void {
    const { identity, records } = this.#context;
    if (!records.chain.policy.lobby || roleOf(records.chain, identity.key) !== 'host') return;
    this.#writer.attempt(this.#lobbyKeys.renew());
  }
}

function list(devices: readonly DeviceKey[] | 'everyone'): DeviceKey[] | 'everyone' {
  return devices === 'everyone' ? 'everyone' : [...devices];
}
