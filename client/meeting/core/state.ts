import type { DeviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { Permission, Policy, Role } from '../../../shared/roles.ts';
import { type ActivitiesView, noActivities } from '../activityView.ts';
import { type BoardElementView, type BoardPicture, type BoardView, noBoard } from '../boardView.ts';
import { type BreakoutsView, noBreakouts } from '../breakoutView.ts';
import type { CaptionView, ChatMessageView, ReactionView, TransferView } from '../chatView.ts';
import type { InvitationView } from '../invitationView.ts';
import type { AlarmView, NoticeView } from '../noticeView.ts';
import type { Phase } from '../phase.ts';
import type { ReportView } from '../reportView.ts';
import type { ConnectionState } from '../signaling/signaling.ts';
import type {
  AskView,
  BannedView,
  BarredView,
  EpochView,
  HostGoneView,
  KnockView,
  LobbyWordView,
  MemberView,
  SealView,
} from '../view.ts';

/** A member as the core knows it: everything of the view but the media. */
export type CoreMember = Omit<MemberView, 'sources' | 'level' | 'connection'> & {
  /** Sources a host holds stopped or the role does not allow. */
  readonly blocked: readonly Source[];
  /** False while the member's connection is lost and its leaf waits for removal. */
  readonly present: boolean;
  /** Its identity changed and the person has not acknowledged it: no media of it may be subscribed to. */
  readonly heldBack: boolean;
};

/**
 * The meeting without its media: what the core keeps and publishes. Immutable; unchanged parts keep
 * their identity, so that only changed ones need to travel to the page.
 */
export interface CoreState {
  readonly phase: Phase;
  readonly connection: ConnectionState;
  /** This device in the meeting; null until its keys are read. */
  readonly self: DeviceKey | null;
  readonly name: string;
  readonly role: Role;
  readonly policy: Policy | null;
  readonly locked: boolean;
  readonly panic: boolean;
  readonly spotlight: readonly DeviceKey[];
  /** Devices that record, as the signed records say; of the members only, once inside. */
  readonly recording: readonly DeviceKey[];
  readonly label: string | null;
  /** With the path of each link rather than its whole address. */
  readonly invitations: readonly InvitationView[];
  readonly banned: readonly BannedView[];
  readonly barred: readonly BarredView[];
  readonly words: readonly LobbyWordView[];
  readonly asks: readonly AskView[];
  readonly hostGone: HostGoneView | null;
  readonly recoveryCode: string | null;
  readonly recoverable: boolean;
  readonly holdsHostKey: boolean;
  /** Rights of this device now, with panic and freeze taken into account. */
  readonly rights: ReadonlySet<Permission>;
  readonly members: readonly CoreMember[];
  readonly knocks: readonly KnockView[];
  readonly chat: readonly ChatMessageView[];
  readonly transfers: readonly TransferView[];
  readonly reactions: readonly ReactionView[];
  readonly captions: readonly CaptionView[];
  readonly seal: SealView;
  readonly epochs: readonly EpochView[];
  readonly alarms: readonly AlarmView[];
  readonly notices: readonly NoticeView[];
  /** Members that state that they look at this device's shared screen. */
  readonly watchers: readonly DeviceKey[];
  readonly report: ReportView | null;
  readonly activities: ActivitiesView;
  /** Nobody below co-host draws. */
  readonly viewOnly: boolean;
  readonly board: BoardView;
  /** Everything on the whiteboard and over shared screens, the lowest first. */
  readonly boardElements: readonly BoardElementView[];
  readonly boardPictures: readonly BoardPicture[];
  readonly breakouts: BreakoutsView;
}

export const initialState: CoreState = {
  phase: { name: 'opening' },
  connection: 'connecting',
  self: null,
  name: '',
  role: 'participant',
  policy: null,
  locked: false,
  panic: false,
  spotlight: [],
  recording: [],
  label: null,
  invitations: [],
  banned: [],
  barred: [],
  words: [],
  asks: [],
  hostGone: null,
  recoveryCode: null,
  recoverable: false,
  holdsHostKey: false,
  rights: new Set(),
  members: [],
  knocks: [],
  chat: [],
  transfers: [],
  reactions: [],
  captions: [],
  seal: { state: 'verifying', epoch: 0, since: 0, code: '', suite: 'x-wing' },
  epochs: [],
  alarms: [],
  notices: [],
  watchers: [],
  report: null,
  activities: noActivities,
  viewOnly: false,
  board: noBoard,
  boardElements: [],
  boardPictures: [],
  breakouts: noBreakouts,
};

/** Holds the state and tells of changes once per turn of the event loop. */
export class CoreStore {
  #state: CoreState = initialState;
  #changed = new Set<keyof CoreState>();
  readonly #publish: (change: Partial<CoreState>) => void;

  /** `publish` gets the parts that changed since its last call. */
  constructor(publish: (change: Partial<CoreState>) => void) {
    this.#publish = publish;
  }

  get state(): CoreState {
    return this.#state;
  }

  set(change: Partial<CoreState>): void {
    if (this.#changed.size === 0) queueMicrotask(() => this.#flush());
    this.#state = { ...this.#state, ...change };
    for (const key of Object.keys(change) as (keyof CoreState)[]) this.#changed.add(key);
  }

  #flush(): void {
    const change: Partial<CoreState> = Object.fromEntries(
      [...this.#changed].map((key) => [key, this.#state[key]]),
    );
    this.#changed.clear();
    this.#publish(change);
  }
}
