import type { DeviceKey, InvitationKey, KnockId } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Permission, Policy, Preset, Role } from '../../shared/roles.ts';
import type { OwnCaptionsView } from '../media/captions/ownCaptions.ts';
import type { RecorderView } from '../media/recording/recorder.ts';
import type { ActivitiesView } from './activityView.ts';
import type { BoardElementView, BoardPicture, BoardView } from './boardView.ts';
import type { BreakoutsView } from './breakoutView.ts';
import type { CallView } from './callView.ts';
import type { CaptionView, ChatMessageView, ReactionView, TransferView } from './chatView.ts';
import type { DevicesView } from './devicesView.ts';
import type { InvitationView } from './invitationView.ts';
import type { AlarmView, NoticeView } from './noticeView.ts';
import type { Phase } from './phase.ts';
import type { ReportView } from './reportView.ts';

export type { RecorderView };

/** One source of one member. `track` is null until its first frame authenticated, and while nothing is subscribed. */
export interface SourceView {
  /** `blocked`: stopped by a host or refused by the role. */
  readonly state: 'off' | 'muted' | 'live' | 'blocked';
  readonly track: MediaStreamTrack | null;
  /** `verifying` until the first frame authenticates; `cut` when authentication failed for good. */
  readonly seal: 'none' | 'verifying' | 'sealed' | 'cut';
}

/** One MLS leaf. The people list is exactly these. */
export interface MemberView {
  readonly device: DeviceKey;
  readonly leaf: number;
  readonly name: string;
  readonly self: boolean;
  readonly role: Role;
  /** `new`: first seen; `known`: seen before on this device; `verified`: compared by people; `changed`: another key than before. */
  readonly trust: 'new' | 'known' | 'verified' | 'changed';
  /** Name of who let this member in; null for the founder. */
  readonly admittedBy: string | null;
  /** The invitation this member came with, where the records say so. */
  readonly invitation: InvitationKey | null;
  /** Whom the meeting's identity provider says this is; null for guests. */
  readonly identity: IdentityView | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly hand: number | null;
  /** 0 to 1, loudness now. */
  readonly level: number;
  readonly sources: Readonly<Record<Source, SourceView>>;
  readonly connection: 'good' | 'poor' | 'lost';
}

export interface KnockView {
  readonly knockId: KnockId;
  readonly device: DeviceKey;
  readonly name: string;
  readonly message: string;
  readonly at: number;
  readonly trust: 'new' | 'known' | 'verified' | 'changed';
  /** The invitation it came with; see `MeetingView.invitations`. */
  readonly invitation: InvitationKey;
  readonly identity: IdentityView | null;
  /** It bears the name of somebody barred from this series of meetings. */
  readonly likeBanned?: boolean;
}

/** Whom an identity provider vouches for. */
export interface IdentityView {
  readonly issuer: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The organisation it is for. */
  readonly agency: string;
}

/** A barred device, with the name it last had here; null where this device never saw one. */
export interface BannedView {
  readonly device: DeviceKey;
  readonly name: string | null;
}

/** Somebody who was barred in an earlier meeting of the series. */
export interface BarredView {
  readonly lasting: DeviceKey;
  readonly name: string;
}

/** A word from a host to this waiting person. */
export interface LobbyWordView {
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

/** A host asks this person to turn a source on. */
export interface AskView {
  readonly id: string;
  readonly source: Source;
  readonly by: string;
}

/** The last host is gone: what follows, and when (milliseconds since 1970). */
export interface HostGoneView {
  readonly next: 'freeze' | 'end';
  readonly at: number;
  /** It has come to that. */
  readonly now: boolean;
}

export interface SealView {
  /** `sealed`: every leaf and stream verified; `verifying`: keys being set up; `warning`: see alarms. */
  readonly state: 'sealed' | 'verifying' | 'warning';
  readonly epoch: number;
  /** Since when this epoch's keys are in use, milliseconds since 1970. */
  readonly since: number;
  /** 30 digits, the same for every member; empty while not in the group. */
  readonly code: string;
  readonly suite: 'x-wing' | 'x25519';
}

/** One epoch of the group: why its keys were changed. */
export interface EpochView {
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who came, and by whom each was let in, where a record says so. */
  readonly joined: readonly { readonly name: string; readonly admittedBy: string | null }[];
  readonly left: readonly string[];
}

/** Everything the interface shows of one meeting. Immutable; a new object at every change. */
export interface MeetingView {
  readonly phase: Phase;
  readonly link: string;
  readonly name: string;
  /** `reconnecting` while the server cannot be reached; the meeting resumes by itself. */
  readonly connection: 'connecting' | 'connected' | 'reconnecting';
  readonly members: readonly MemberView[];
  readonly knocks: readonly KnockView[];
  readonly chat: readonly ChatMessageView[];
  readonly transfers: readonly TransferView[];
  readonly reactions: readonly ReactionView[];
  /** Captions since this device came, oldest first. */
  readonly captions: readonly CaptionView[];
  readonly ownCaptions: OwnCaptionsView;
  readonly seal: SealView;
  /** The latest epochs since this device came, newest last. */
  readonly epochs: readonly EpochView[];
  readonly alarms: readonly AlarmView[];
  readonly notices: readonly NoticeView[];
  readonly policy: Policy | null;
  readonly preset: Preset | null;
  readonly locked: boolean;
  /** Everyone below co-host is silenced and the room locked until it is called off. */
  readonly panic: boolean;
  /** Whom everybody sees large. */
  readonly spotlight: readonly DeviceKey[];
  /** Devices that record, as the signed records say. */
  readonly recording: readonly DeviceKey[];
  /** Whether this person knows of all of them and went in, or stayed. */
  readonly recordingAccepted: boolean;
  /** This device's own recording. */
  readonly recorder: RecorderView;
  /** Classification of the meeting, for every page. */
  readonly label: string | null;
  /** For those who may invite; the newest last. */
  readonly invitations: readonly InvitationView[];
  /** For those who may remove. */
  readonly banned: readonly BannedView[];
  /** People barred in earlier meetings of the series; on the device that keeps the list alone. */
  readonly barred: readonly BarredView[];
  /** What hosts said to this waiting person. */
  readonly words: readonly LobbyWordView[];
  readonly asks: readonly AskView[];
  readonly hostGone: HostGoneView | null;
  /** A recovery code just made, to be written down; null once dismissed. */
  readonly recoveryCode: string | null;
  /** Whether a recovery code was ever made for this meeting. */
  readonly recoverable: boolean;
  /** This device can make a recovery code. */
  readonly holdsHostKey: boolean;
  readonly role: Role;
  readonly rights: ReadonlySet<Permission>;
  readonly devices: DevicesView;
  readonly call: CallView;
  /** Null until this device has been in the meeting. */
  readonly report: ReportView | null;
  readonly activities: ActivitiesView;
  /** Nobody below co-host draws. */
  readonly viewOnly: boolean;
  readonly board: BoardView;
  /** Everything on the whiteboard and over shared screens, the lowest first. */
  readonly boardElements: readonly BoardElementView[];
  /** Pictures of the images among them, as far as they are here. */
  readonly boardPictures: readonly BoardPicture[];
  /** Breakout rooms of the main meeting, also inside one of them. */
  readonly breakouts: BreakoutsView;
}
