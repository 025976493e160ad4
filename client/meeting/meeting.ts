import type { DeviceKey, InvitationKey, KnockId, MeetingId } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Policy, Role } from '../../shared/roles.ts';
import type { CaptureKind } from '../media/capture.ts';
import type { ActivityWish } from './activityView.ts';
import type { BoardWish } from './boardView.ts';
import type { BreakoutWish } from './breakoutView.ts';
import type { CallActions } from './callView.ts';
import type { Addressee } from './chatView.ts';
import type { InvitationWish } from './invitationView.ts';
import type { ReportDraft } from './reportView.ts';
import type { MeetingView } from './view.ts';

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
  /** Asks the browser for camera and microphone again, or for one of them that did not start. */
  retryDevices(kind?: CaptureKind): void;

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
  /** Lifts the bar of a person from the series. */
  liftBar(lasting: DeviceKey): void;
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
  /** `base` is what the change was made from, where that is not what the view shows now. */
  setPolicy(policy: Policy, base?: Policy): void;
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
  /** The whiteboard, and drawing over shared screens. */
  draw(wish: BoardWish): void;
  /** Whether only hosts and co-hosts draw. */
  setViewOnly(on: boolean): void;
  /** Opens, fills and closes breakout rooms, and calls for a host in them. */
  breakout(wish: BreakoutWish): void;
  /** Goes into a breakout room; the main meeting goes on without this person's media. */
  enterRoom(room: MeetingId): void;
  returnToMain(): void;

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
  /** The breakout room that the page is in. */
  readonly room: { readonly id: MeetingId; readonly meeting: Meeting } | null;
  close(): void;
}
