import type { DeviceKey } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import { invitationOver } from '../../../shared/records/invitation.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Aside, Heard } from '../../e2ee/content.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import type { Phase } from '../phase.ts';
import type { CoreContext } from './context.ts';
import type { GroupHooks } from './groupKeeper.ts';
import { hear } from './hearing.ts';
import type { CoreParts } from './parts.ts';
import type { PulseVerdict } from './pulse.ts';
import { noticeOf } from './recordNotice.ts';

/** Carries each change of the group and of its records to the parts that it concerns. */
export class GroupEvents implements GroupHooks {
  readonly #context: CoreContext;
  readonly #parts: CoreParts;
  readonly #end: (phase: Phase) => void;

  /** `end` is called where the meeting is over for good. */
  constructor(context: CoreContext, parts: CoreParts, end: (phase: Phase) => void) {
    this.#context = context;
    this.#parts = parts;
    this.#end = end;
  }

  onRecord(record: RecordContent, before: Chain): void {
    const { body, by: signer } = record;
    const { bans, clock, identity, records } = this.#context;
    const { announcements, arrival, autoLock, breakouts, lobbyKeys, people, porter } = this.#parts;
    const self = identity.key;
    switch (body.type) {
      case 'end':
        return this.#end({ name: 'ended', by: 'host' });
      case 'remove':
        if (body.devices.includes(self)) return this.#end({ name: 'removed', banned: body.ban });
        if (body.ban) void bans.add(body.devices, clock.now());
        break;
      case 'unban':
        void bans.lift(body.devices);
        break;
      case 'sendBack':
        if (body.devices.includes(self)) return arrival.outside();
        break;
      case 'lock':
        autoLock.decided();
        break;
    }
    const notice = noticeOf(body, {
      before,
      chain: records.chain,
      self,
      // The host key itself has no name; devices do.
      by: people.nameOf(signer as DeviceKey),
      own: (signer as string) === (self as string),
      linkOver: this.#ownLinkOver(),
    });
    if (notice) announcements.notice(notice);
    this.showRules();
    porter.reconsider();
    lobbyKeys.ask();
    breakouts.onRecord(record);
    this.#showPeople();
  }

  onEpoch({ added, removed }: { added: readonly Member[]; removed: readonly Member[] }): void {
    const { group } = this.#parts.keeper;
    if (!group) return;
    const { clock, store } = this.#context;
    const {
      activities,
      announcements,
      autoLock,
      board,
      breakouts,
      hostWatch,
      lobbyKeys,
      people,
      porter,
      pulse,
      regathering,
      reports,
    } = this.#parts;
    const entering = store.state.phase.name !== 'meeting';
    people.newEpoch(added, removed, entering);
    store.set({
      seal: {
        state: announcements.sealState,
        epoch: Number(group.epoch),
        since: clock.now(),
        code: group.safetyNumber(),
        suite: group.suite,
      },
      ...(entering ? { phase: { name: 'meeting' }, words: [] } : {}),
    });
    reports.note();
    hostWatch.consider();
    autoLock.consider();
    this.showRules();
    pulse.start();
    lobbyKeys.ask();
    regathering.here(people.others());
    // Knocks may have come between the founding, or the welcome, and this moment.
    if (entering) porter.reconsider();
    const devices = (members: readonly Member[]) => members.map((member) => deviceOf(member.signatureKey));
    activities.newEpoch(devices(added), devices(removed));
    board.newEpoch(devices(added), devices(removed));
    breakouts.newEpoch(devices(added), devices(removed));
  }

  onContent(sender: DeviceKey, content: Heard, audience: 'everyone' | Aside['to']): void {
    hear(this.#parts, sender, content, audience);
  }

  onDeparted(): void {
    this.#showPeople();
  }

  onRefused(device: DeviceKey | null): void {
    this.#parts.announcements.alarm({ kind: 'refused-commit', device });
  }

  onStrange(kind: 'ahead' | 'unreadable', sender: DeviceKey): void {
    this.#parts.pulse[kind](sender);
  }

  onOutside(): void {
    this.#parts.arrival.outside();
  }

  /** What the pulse says of the other members and of the server. */
  onVerdict(verdict: PulseVerdict): void {
    // Without a connection nothing can be said about the others; the page shows that it is away.
    if (this.#context.signaling.state !== 'connected') return;
    const { announcements, keeper } = this.#parts;
    if (verdict !== 'fork') announcements.settle('fork');
    if (verdict !== 'stale') announcements.settle('stale');
    if (verdict !== 'fine') announcements.stand({ kind: verdict });
    if (verdict === 'stale') void keeper.resume();
  }

  /** Tells the others what this device has seen. Throws ProtocolError. */
  async beat(): Promise<void> {
    const { serial, signaling } = this.#context;
    const { board, keeper, watchers } = this.#parts;
    if (signaling.state !== 'connected') return;
    // Between two entries, so that what is said of the board is said of it at that place.
    const sight = await serial.run(async () => {
      const testimony = keeper.witness.testimony();
      return testimony && { testimony, board: board.digest() };
    });
    if (!sight) return;
    const { mine } = watchers;
    await keeper.outbox.relay({
      type: 'pulse',
      ...sight.testimony,
      ...(mine.length === 0 ? {} : { watching: [...mine] }),
      ...(sight.board === null ? {} : { board: sight.board }),
    });
  }

  /** The signed records were read anew, or have changed. */
  showRules(): void {
    const { invitations, recordings, rules, seriesBars } = this.#parts;
    rules.show();
    recordings.consider();
    seriesBars.consider();
    invitations.show();
  }

  /** People or their standing have changed. */
  #showPeople(): void {
    const { activities, autoLock, board, breakouts, hostWatch, people, recordings, rules } = this.#parts;
    people.show();
    recordings.consider();
    hostWatch.consider();
    autoLock.consider();
    rules.showRights();
    activities.note();
    board.note();
    breakouts.show();
  }

  #ownLinkOver(): boolean {
    const { access, clock, records } = this.#context;
    const own = records.chain.invitations.get(access.current.invitation.key);
    return !own || invitationOver(own, clock.now()) !== null;
  }
}
