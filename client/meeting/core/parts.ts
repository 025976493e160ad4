import type { DeviceKey } from '../../../shared/ids.ts';
import { isStaff, may } from '../../../shared/records/rights.ts';
import type { Permission } from '../../../shared/roles.ts';
import { Activities } from '../activities/activities.ts';
import type { ActivityMemory } from '../activities/activityMemory.ts';
import { Breakouts } from '../breakout/breakouts.ts';
import type { Notice } from '../noticeView.ts';
import type { Phase } from '../phase.ts';
import { Announcements } from './announcements.ts';
import { Arrival } from './arrival.ts';
import { Asks } from './asks.ts';
import { Attachments, type FilePorts } from './attachments.ts';
import { AutoAdmit } from './autoAdmit.ts';
import { AutoLock } from './autoLock.ts';
import { BoardDoor } from './boardDoor.ts';
import { Captions } from './captions.ts';
import type { CoreContext } from './context.ts';
import { Control } from './control.ts';
import { Door } from './door.ts';
import { GroupEvents } from './groupEvents.ts';
import { GroupKeeper } from './groupKeeper.ts';
import { HostWatch } from './hostWatch.ts';
import { InvitationBook } from './invitations.ts';
import { LobbyKeys } from './lobbyKeys.ts';
import { People } from './people.ts';
import { Porter } from './porter.ts';
import { Pulse } from './pulse.ts';
import { RecordingWatch } from './recordingWatch.ts';
import { RecordWriter } from './recordWriter.ts';
import { Recovery } from './recovery.ts';
import { Regathering } from './regathering.ts';
import { Reports } from './reports.ts';
import { RulesView } from './rulesView.ts';
import { SeriesBars } from './seriesBars.ts';
import { Talk } from './talk.ts';
import { Watchers } from './watchers.ts';

/**
 * The parts of one meeting's core, each made with what it needs of the others: `Arrival` finds the way in,
 * `GroupKeeper` follows the group, `Porter` answers those who knock, `People` and `Talk` keep what is seen
 * and said, `Control` acts for hosts, `Pulse` watches the server.
 */
export abstract class CoreParts {
  readonly announcements: Announcements;
  readonly events: GroupEvents;
  readonly keeper: GroupKeeper;
  readonly porter: Porter;
  readonly lobbyKeys: LobbyKeys;
  readonly arrival: Arrival;
  readonly pulse: Pulse;
  readonly hostWatch: HostWatch;
  readonly autoLock: AutoLock;
  readonly autoAdmit: AutoAdmit;
  readonly writer: RecordWriter;
  readonly door: Door;
  readonly recordings: RecordingWatch;
  readonly rules: RulesView;
  readonly asks: Asks;
  readonly regathering: Regathering;
  readonly people: People;
  readonly talk: Talk;
  readonly captions: Captions;
  readonly activities: Activities;
  readonly board: BoardDoor;
  readonly files: Attachments;
  readonly control: Control;
  readonly reports: Reports;
  readonly invitations: InvitationBook;
  readonly recovery: Recovery;
  readonly seriesBars: SeriesBars;
  readonly watchers: Watchers;
  readonly breakouts: Breakouts;

  /** `end` is called where the meeting is over for good. */
  constructor(context: CoreContext, files: FilePorts, memory: ActivityMemory, end: (phase: Phase) => void) {
    const { clock, identity, records, store } = context;
    const nameOf = (device: DeviceKey) => this.people.nameOf(device);
    /** The others', and this person's own. */
    const anyNameOf = (device: DeviceKey) => (device === identity.key ? store.state.name : nameOf(device));
    const heldBack = (device: DeviceKey) => this.people.heldBack(device);
    const notice = (said: Notice) => this.announcements.notice(said);
    const mayNow = (device: DeviceKey, right: Permission) => this.rules.mayNow(device, right);

    this.announcements = new Announcements(store, clock);
    this.events = new GroupEvents(context, this, end);
    this.keeper = new GroupKeeper(context, this.events);
    this.porter = new Porter(context, this.keeper.committer);
    this.lobbyKeys = new LobbyKeys(context, this.keeper, this.porter);
    this.door = new Door(context, this.keeper);
    this.writer = new RecordWriter(context, this.announcements);
    this.people = new People(context, this.keeper, this.announcements, mayNow);
    this.rules = new RulesView(context, {
      frozen: () => this.hostWatch.frozen,
      nameOf: (device) => nameOf(device) || this.porter.nameOf(device),
    });
    this.files = new Attachments(context, files);
    this.talk = new Talk(context, this.keeper, this.files, {
      nameOf,
      heldBack,
      others: () => this.people.others(),
      notice,
      mayNow,
    });
    this.captions = new Captions(context, this.keeper, { nameOf, heldBack, notice, mayNow });
    this.recordings = new RecordingWatch(context, this.keeper, { nameOf, notice });
    this.activities = new Activities(context, this.keeper, { nameOf: anyNameOf, notice, mayNow, memory });
    this.board = new BoardDoor(context, this.keeper, {
      nameOf: anyNameOf,
      heldBack,
      frozen: () => this.hostWatch.frozen && !isStaff(records.chain, identity.key),
      notice,
      may: (device, right) => may(records.chain, device, right),
      files: this.files,
    });
    this.reports = new Reports(context);
    this.asks = new Asks(context);
    this.watchers = new Watchers(store);
    this.recovery = new Recovery(context);
    this.seriesBars = new SeriesBars(context, this.porter);
    this.invitations = new InvitationBook(context, this.writer, this.porter);
    this.breakouts = new Breakouts(context, this.keeper, { writer: this.writer, nameOf: anyNameOf });
    this.regathering = new Regathering(clock, () => this.talk.retryAll());
    this.pulse = new Pulse(clock, this.keeper.witness, {
      beat: () => void this.events.beat().catch(() => undefined),
      others: () => this.people.others(),
      overdue: () => this.keeper.overdue(),
      verdict: (verdict) => this.events.onVerdict(verdict),
    });
    this.arrival = new Arrival(
      context,
      { keeper: this.keeper, door: this.door, announcements: this.announcements },
      {
        onRecords: () => this.events.showRules(),
        onResumed: () => {
          context.frames.post({ type: 'reconnected' });
          this.talk.retryAll();
        },
        onOutside: () => {
          this.regathering.lost(store.state.members.flatMap((each) => (each.self ? [] : each.device)));
          this.pulse.stop();
          this.porter.clear();
          this.hostWatch.stop();
          this.autoAdmit.stop();
        },
        end,
      },
    );
    this.control = new Control(context, {
      keeper: this.keeper,
      porter: this.porter,
      lobbyKeys: this.lobbyKeys,
      writer: this.writer,
    });
    this.hostWatch = new HostWatch(context, this.keeper, {
      onFreeze: () => this.rules.showRights(),
      onEnd: () => end({ name: 'host-gone' }),
    });
    this.autoLock = new AutoLock(context, this.keeper, () => this.control.setLocked(true));
    this.autoAdmit = new AutoAdmit(context, this.keeper, (due) => this.control.letIn(due));
    this.porter.onBarred = (device) => this.control.bar(device);
    this.porter.onWaiting = (waiting) => {
      this.autoAdmit.consider(waiting);
      this.invitations.show();
    };
  }

  /** Takes what this device kept of the meeting. */
  protected async load(): Promise<void> {
    await this.lobbyKeys.load();
    await this.recovery.load();
    await this.breakouts.load();
  }

  /** Leaves the group, erases its keys and does nothing more by itself. Idempotent. */
  protected stop(): void {
    this.arrival.stop();
    this.regathering.stop();
    this.pulse.stop();
    this.hostWatch.stop();
    this.autoLock.stop();
    this.autoAdmit.stop();
    this.lobbyKeys.stop();
    this.breakouts.stop();
    this.keeper.leave();
    this.porter.clear();
    this.people.clear();
    this.activities.clear();
    this.board.clear();
    this.files.close();
    this.announcements.clear();
  }
}
