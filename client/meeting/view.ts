import type { ErrorCode } from '../../shared/errors.ts';
import type { DeviceKey, InvitationKey, KnockId, MeetingId, ReportId } from '../../shared/ids.ts';
import type { InvitationOver } from '../../shared/records/invitation.ts';
import type { GroupSuite, Source } from '../../shared/records/record.ts';
import type { Permission, Policy, Preset, Role } from '../../shared/roles.ts';
import type { AttachmentErrorCode } from '../e2ee/attachments/error.ts';
import type { ReportBundle, ReportStill } from '../e2ee/reports/bundle.ts';
import type { ReportReason } from '../e2ee/reports/limits.ts';
import type { OwnCaptionsView } from '../media/captions/ownCaptions.ts';
import type { RecorderView, RecordingFailure } from '../media/recording/recorder.ts';
import type { ActivitiesView, ActivityWish } from './activityView.ts';
import type { CallActions, CallNotice, CallView } from './callView.ts';

export type { RecorderView, RecordingFailure };

/** Where the person is on the way from link to meeting. Every state has a page. */
export type Phase =
  /** Looking the meeting up. */
  | { readonly name: 'opening' }
  /** The browser cannot hold an encrypted meeting. */
  | {
      readonly name: 'unsupported';
      readonly reason: 'insecure-context' | 'no-webrtc' | 'no-encoded-transform';
    }
  /** The link is damaged, or its host key does not match the meeting the server shows. */
  | { readonly name: 'bad-link'; readonly reason: BadLink }
  /** The link asks for a passphrase; `wrong` after one that was not it. */
  | { readonly name: 'passphrase'; readonly wrong: boolean; readonly busy: boolean }
  /** Preview, name, devices; nothing is sent yet. */
  | { readonly name: 'prejoin'; readonly running: boolean; readonly lobby: boolean; readonly role: Role }
  /** Waiting for a host's commit. */
  | {
      readonly name: 'waiting';
      readonly position: number;
      readonly attended: boolean;
      readonly locked: boolean;
      /** A host put this person back to the lobby. */
      readonly sentBack: boolean;
    }
  /** Welcomed or founding; keys are being set up. */
  | { readonly name: 'joining' }
  | { readonly name: 'meeting' }
  | { readonly name: 'denied'; readonly banned: boolean }
  | { readonly name: 'removed'; readonly banned: boolean }
  | { readonly name: 'ended' }
  /** Over for now: the last host was gone for as long as the rules wait. */
  | { readonly name: 'host-gone' }
  | { readonly name: 'left' }
  /** Opened in another tab of this device. */
  | { readonly name: 'replaced' }
  | { readonly name: 'failed'; readonly code: ErrorCode };

/** Why a link does not lead into a meeting. */
export type BadLink =
  | 'malformed'
  | 'wrong-host'
  | 'unknown-meeting'
  /** The secret in it belongs to no invitation of this meeting. */
  | 'unknown-invitation'
  | InvitationOver;

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

/** One way into the meeting. */
export interface InvitationView {
  readonly key: InvitationKey;
  /** What the host called it; empty for the link for all, null where this device cannot read it. */
  readonly name: string | null;
  /** The link, or null where this device does not hold its secret. */
  readonly link: string | null;
  readonly passphrase: boolean;
  readonly personal: boolean;
  readonly straightIn: boolean;
  readonly uses: number | null;
  readonly used: number;
  /** Devices that came or knocked by it while this device was there; at least `used`. */
  readonly tried: number;
  /** Milliseconds since 1970. */
  readonly expires: number | null;
  /** Why it lets nobody new in; null while it does. */
  readonly over: InvitationOver | null;
}

/** A barred device, with the name it last had here; null where this device never saw one. */
export interface BannedView {
  readonly device: DeviceKey;
  readonly name: string | null;
}

/** What a new invitation is to be. */
export interface InvitationWish {
  /** Whom it is for; the hosts alone see it. */
  readonly name: string;
  readonly uses: number | null;
  readonly expires: number | null;
  readonly straightIn: boolean;
  readonly personal: boolean;
  readonly passphrase?: string;
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

export interface ChatMessageView {
  readonly id: string;
  readonly from: DeviceKey;
  /** Name at the time it was said. */
  readonly name: string;
  readonly self: boolean;
  /** Empty for a file, and for what was taken back. */
  readonly text: string;
  readonly at: number;
  readonly state: 'sending' | 'sent' | 'failed';
  readonly change: 'none' | 'edited' | 'deleted';
  /** Who can read it besides its author. */
  readonly audience: Audience;
  /** What it answers; without name and text where this device never saw it. */
  readonly reply: { readonly id: string; readonly name: string; readonly text: string } | null;
  /** Members it calls by `@name`. */
  readonly mentions: readonly { readonly device: DeviceKey; readonly name: string }[];
  readonly file: FileView | null;
}

/** To whom something is said. */
export type Addressee =
  | { readonly kind: 'everyone' }
  /** Hosts and co-hosts who are here. */
  | { readonly kind: 'hosts' }
  | { readonly kind: 'person'; readonly device: DeviceKey };

export type Audience =
  | { readonly kind: 'everyone' | 'hosts' }
  | { readonly kind: 'person'; readonly device: DeviceKey; readonly name: string };

/** A file as its message tells of it; the bytes are fetched when asked for. */
export interface FileView {
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** A small picture, made where the file was sent. */
  readonly preview: {
    readonly type: 'image/webp' | 'image/jpeg';
    readonly width: number;
    readonly height: number;
    readonly bytes: Uint8Array;
  } | null;
}

/** A file on its way to the server or from it. */
export interface TransferView {
  /** Of its message. */
  readonly id: string;
  readonly direction: 'up' | 'down';
  /** `waiting` for a connection; it goes on by itself. */
  readonly state: 'running' | 'paused' | 'waiting' | 'done' | 'failed';
  /** Bytes, of `total`. */
  readonly done: number;
  readonly total: number;
  /** With `failed`, why. */
  readonly error: AttachmentErrorCode | ErrorCode | null;
}

/** One line of captions. */
export interface CaptionView {
  readonly id: string;
  /** Who wrote it: the captioner, or with `spoken` the speaker. */
  readonly from: DeviceKey;
  /** Name at the time. */
  readonly name: string;
  readonly self: boolean;
  readonly text: string;
  readonly final: boolean;
  /** BCP 47. */
  readonly lang: string;
  readonly spoken: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ReactionView {
  readonly id: string;
  readonly from: DeviceKey;
  readonly emoji: string;
}

/** Something the person must know about the seal of the meeting. */
export type Alarm =
  /** The server shows someone who is not in the group. */
  | { readonly kind: 'ghost'; readonly devices: readonly DeviceKey[] }
  /** Members no longer agree on the state of the group. */
  | { readonly kind: 'fork' }
  /** Changes of the group are not reaching this device. */
  | { readonly kind: 'stale' }
  /** The server or a member offered weaker protection than the meeting's signed rules ask for; it was not taken. */
  | { readonly kind: 'downgrade' }
  /** Somebody did what their role does not allow; it was refused. Null where the author is not proven. */
  | { readonly kind: 'refused-commit'; readonly device: DeviceKey | null }
  /** Media of a member could not be authenticated and was cut. */
  | { readonly kind: 'unsealed-media'; readonly device: DeviceKey }
  /** Own media would have left unsealed and was stopped. */
  | { readonly kind: 'own-media-stopped' }
  /** A known person comes with another key. */
  | { readonly kind: 'identity-changed'; readonly device: DeviceKey; readonly name: string };

export interface AlarmView {
  readonly id: string;
  readonly alarm: Alarm;
  readonly at: number;
}

/** Short-lived notices for the person: who joined, who muted them. Texts are made by the interface. */
export type Notice =
  | { readonly kind: 'joined' | 'left' | 'mentioned'; readonly name: string }
  /** `by` is the name of who did it; empty where this device never saw them. */
  | { readonly kind: 'stopped-by-host'; readonly sources: readonly Source[]; readonly by: string }
  | { readonly kind: 'allowed-by-host'; readonly sources: readonly Source[]; readonly by: string }
  | { readonly kind: 'role-changed'; readonly role: Role; readonly by: string }
  | { readonly kind: 'locked' | 'unlocked' | 'panic' | 'panic-over'; readonly by: string }
  | { readonly kind: 'rules-changed' | 'hand-lowered'; readonly by: string }
  | { readonly kind: 'link-changed' | 'poll-opened'; readonly by: string }
  | { readonly kind: 'recording' | 'recording-over'; readonly by: string }
  | { readonly kind: 'request-failed'; readonly code: ErrorCode }
  | { readonly kind: 'device-lost'; readonly source: Source }
  | CallNotice;

export interface NoticeView {
  readonly id: string;
  readonly notice: Notice;
  readonly at: number;
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

export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

/** The person's own cameras, microphones and speakers. */
export interface DevicesView {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  readonly microphone: string | null;
  readonly camera: string | null;
  readonly speaker: string | null;
  readonly permission: 'unknown' | 'asking' | 'granted' | 'denied' | 'no-device' | 'in-use';
  /** Preview tracks before the meeting, own tracks inside. */
  readonly microphoneTrack: MediaStreamTrack | null;
  readonly cameraTrack: MediaStreamTrack | null;
  /** Whether this browser can share a screen. */
  readonly canShareScreen: boolean;
  /** Whether sound can be sent to a chosen output in this browser. */
  readonly canChooseSpeaker: boolean;
  /** Whether there are cameras for both directions, as on phones. */
  readonly canFlipCamera: boolean;
  /** Whether the own picture is to be shown mirrored; never for a camera that looks away from the person. */
  readonly mirrored: boolean;
  readonly pushToTalk: boolean;
  readonly musicMode: boolean;
}

/** What the person puts into a report; names and the rest are added where it is sealed. */
export interface ReportDraft {
  readonly reason: ReportReason;
  readonly text: string;
  readonly about: readonly DeviceKey[];
  /** Ids of chat messages. */
  readonly chat: readonly string[];
  readonly still: (Omit<ReportStill, 'of'> & { readonly of: DeviceKey }) | null;
}

export type ReportProgress =
  | { readonly name: 'idle' | 'sending' }
  | { readonly name: 'sent'; readonly report: ReportId }
  | { readonly name: 'failed'; readonly code: ErrorCode }
  /** Put together for the person to save. */
  | { readonly name: 'packed'; readonly bundle: ReportBundle };

/** Reporting to the operator of the site. */
export interface ReportView {
  /** Thirty digits of the key that reports are sealed to; null where the meeting pins none. */
  readonly fingerprint: string | null;
  /** Others who were here while this device was. `here`: still, or when this device left. */
  readonly people: readonly { readonly device: DeviceKey; readonly name: string; readonly here: boolean }[];
  readonly progress: ReportProgress;
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
  /** What hosts said to this waiting person. */
  readonly words: readonly LobbyWordView[];
  readonly asks: readonly AskView[];
  readonly hostGone: HostGoneView | null;
  /** A recovery code just made, to be written down; null once dismissed. */
  readonly recoveryCode: string | null;
  /** Whether a recovery code was ever made for this meeting. */
  readonly recoverable: boolean;
  readonly role: Role;
  readonly rights: ReadonlySet<Permission>;
  readonly devices: DevicesView;
  readonly call: CallView;
  /** Null until this device has been in the meeting. */
  readonly report: ReportView | null;
  readonly activities: ActivitiesView;
}

/** What the person can do. Every action is safe to call at any time; refusals arrive as notices. */
export interface MeetingActions extends CallActions {
  /** Knocks, or enters where no lobby stands between. Remembers the name on this device. */
  join(name: string, message?: string): void;
  withdraw(): void;
  /** Opens a link that asks for a passphrase. */
  tryPassphrase(passphrase: string): void;
  /** Makes this device the host by the code that was written down. */
  recover(code: string): void;
  leave(): void;
  endForAll(): void;

  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  setScreenShare(on: boolean): void;
  chooseMicrophone(id: string): void;
  chooseCamera(id: string): void;
  chooseSpeaker(id: string): void;
  /** Asks the browser for camera and microphone again, after a refusal. */
  retryDevices(): void;

  /** `reply` is the id of the message it answers. */
  sendChat(text: string, to?: Addressee, reply?: string | null): void;
  retryChat(id: string): void;
  editChat(id: string, text: string): void;
  /** Takes a message of one's own back. */
  deleteChat(id: string): void;
  sendFile(file: File, to?: Addressee, reply?: string | null): void;
  /** Fetches and verifies a file, then gives it to the person. Call it from what they pressed. */
  saveFile(id: string): void;
  controlTransfer(id: string, to: 'pause' | 'resume' | 'cancel'): void;
  setHand(raised: boolean): void;
  react(emoji: string): void;
  /** Sends a line of captions; `correct` is the id of an own line that it replaces. */
  writeCaption(text: string, lang: string, correct: string | null): void;
  /** Captions one's own speech in a language (BCP 47), where that works on this device alone; null ends it. */
  captionOwnSpeech(lang: string | null): void;
  rename(name: string): void;

  admit(knocks: readonly KnockId[]): void;
  deny(knocks: readonly KnockId[]): void;
  /** Refuses and bars the devices. */
  denyAndBan(knocks: readonly KnockId[]): void;
  /** Says something to waiting people that nobody else can read. */
  tellWaiting(knocks: readonly KnockId[], text: string): void;
  /** Back to the lobby: out of the group and silent, easily let in again. */
  sendBack(device: DeviceKey): void;
  /** Lifts a ban. */
  unban(device: DeviceKey): void;
  remove(device: DeviceKey, ban: boolean): void;
  /** Stops a source of one device or of everyone; with `hold` it stays stopped until allowed. */
  stop(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[], hold: boolean): void;
  allow(devices: readonly DeviceKey[] | 'everyone', sources: readonly Source[]): void;
  setRole(device: DeviceKey, role: Role): void;
  setLocked(locked: boolean): void;
  /** Everyone below co-host muted, cameras and shares off, chat closed, room locked; off restores what was. */
  setPanic(on: boolean): void;
  setSpotlight(devices: readonly DeviceKey[]): void;
  /** This person agrees to being recorded by those who record now; for this visit. */
  acceptRecording(): void;
  /** Tells everybody, then records on this device. Call it from what was pressed. */
  startRecording(): void;
  pauseRecording(on: boolean): void;
  /** Ends the recording; it is kept in this browser until it is saved or deleted. */
  stopRecording(): void;
  /** Takes note of why the last recording ended. */
  dismissRecorder(): void;
  /** Asks a person to turn a source on; nobody is ever unmuted by another. */
  ask(device: DeviceKey, source: Source): void;
  answerAsk(id: string, yes: boolean): void;
  lowerHand(device: DeviceKey | 'everyone'): void;
  setPolicy(policy: Policy): void;
  /** Changes the classification; null takes it away. */
  setLabel(label: string | null): void;
  createInvitation(wish: InvitationWish): void;
  revokeInvitations(keys: readonly InvitationKey[]): void;
  /** A new link for all, which may ask for a passphrase; the old ones stop letting anybody in. */
  rotateLink(passphrase?: string): void;
  /** Makes a code that restores the host's keys on another device; an older code stops working. */
  makeRecoveryCode(): void;
  dismissRecoveryCode(): void;
  /** Marks a member as compared in person or aloud. */
  markVerified(device: DeviceKey): void;
  acknowledgeAlarm(id: string): void;
  dismissNotice(id: string): void;
  /** Seals a report on this device and sends it; also after having left or been put out. */
  report(draft: ReportDraft): void;
  /** Puts a report together to be saved on this device, where it cannot be sent. */
  packReport(draft: ReportDraft): void;
  reportDone(): void;
  /** Polls, timer and agenda. */
  activity(wish: ActivityWish): void;

  /**
   * What tiles are on screen and how large: only these are subscribed, at the layer their size needs.
   * Sizes in CSS pixels times the device's pixel ratio.
   */
  showTiles(
    tiles: readonly { readonly device: DeviceKey; readonly source: Source; readonly height: number }[],
  ): void;
  /** Leaves another tab behind and takes the meeting over in this one. */
  takeOver(): void;
}

/** A meeting as the interface uses it: a readable current view, change events, actions. */
export interface Meeting extends MeetingActions {
  getView(): MeetingView;
  /** Calls back after each change. Returns the way to stop. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** What a new meeting is to be. */
export interface MeetingWish {
  readonly policy: Policy;
  /** X25519 for very large meetings; X-Wing otherwise. */
  readonly suite: GroupSuite;
  /** Asked of whoever opens the link. */
  readonly passphrase?: string;
  /** Classification shown on every page. */
  readonly label?: string;
}

/** The link of a meeting just founded on this device. */
export interface FoundedMeeting {
  readonly meeting: MeetingId;
  readonly link: string;
}
