import type { DeviceKey, InvitationKey, KnockId, MeetingId } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { Policy, Role } from '../../../shared/roles.ts';
import type { ActivityWish } from '../activityView.ts';
import type { BoardWish } from '../boardView.ts';
import type { BreakoutWish } from '../breakoutView.ts';
import type { Addressee } from '../chatView.ts';
import type { InvitationWish } from '../invitationView.ts';
import type { ReportDraft } from '../reportView.ts';
import type { MediaAlarm, MeetingCore } from './meetingCore.ts';

/** What the page asks of the core, as messages. */
export type CoreCommand =
  | { readonly do: 'join'; readonly name: string; readonly message: string }
  | { readonly do: 'withdraw' | 'leave' | 'goAway' | 'end' | 'makeRecoveryCode' | 'dismissRecoveryCode' }
  | { readonly do: 'passphrase'; readonly passphrase: string }
  | { readonly do: 'rotateLink'; readonly passphrase: string | undefined }
  | { readonly do: 'recover'; readonly code: string }
  | {
      readonly do: 'chat';
      readonly text: string;
      readonly to: Addressee;
      readonly reply: string | null;
    }
  | { readonly do: 'editChat'; readonly id: string; readonly text: string }
  | {
      readonly do: 'sendFile';
      readonly file: File;
      readonly to: Addressee;
      readonly reply: string | null;
    }
  /** `place` is a file handle where the page could ask for one. */
  | { readonly do: 'saveFile'; readonly id: string; readonly place: unknown }
  | { readonly do: 'transfer'; readonly id: string; readonly to: 'pause' | 'resume' | 'cancel' }
  | { readonly do: 'deleteChat'; readonly id: string }
  | { readonly do: 'retryChat' | 'acknowledge' | 'dismiss'; readonly id: string }
  | { readonly do: 'react'; readonly emoji: string }
  | {
      readonly do: 'caption';
      readonly id: string | null;
      readonly text: string;
      readonly final: boolean;
      readonly lang: string;
      readonly spoken: boolean;
    }
  | { readonly do: 'hand'; readonly raised: boolean }
  | { readonly do: 'rename'; readonly name: string }
  | { readonly do: 'verify'; readonly device: DeviceKey }
  | { readonly do: 'admit' | 'deny' | 'denyAndBan'; readonly knocks: readonly KnockId[] }
  | { readonly do: 'tell'; readonly knocks: readonly KnockId[]; readonly text: string }
  | { readonly do: 'sendBack' | 'unban' | 'liftBar'; readonly device: DeviceKey }
  | { readonly do: 'panic' | 'recording' | 'viewOnly'; readonly on: boolean }
  | { readonly do: 'spotlight'; readonly devices: readonly DeviceKey[] }
  | { readonly do: 'ask'; readonly device: DeviceKey; readonly source: Source }
  | { readonly do: 'answerAsk'; readonly id: string }
  | { readonly do: 'lowerHand'; readonly device: DeviceKey | 'everyone' }
  | { readonly do: 'label'; readonly label: string | null }
  | { readonly do: 'invite'; readonly wish: InvitationWish }
  | { readonly do: 'revoke'; readonly keys: readonly InvitationKey[] }
  | { readonly do: 'remove'; readonly device: DeviceKey; readonly ban: boolean }
  | {
      readonly do: 'stop';
      readonly devices: readonly DeviceKey[] | 'everyone';
      readonly sources: readonly Source[];
      readonly hold: boolean;
    }
  | {
      readonly do: 'allow';
      readonly devices: readonly DeviceKey[] | 'everyone';
      readonly sources: readonly Source[];
    }
  | { readonly do: 'role'; readonly device: DeviceKey; readonly role: Role }
  | { readonly do: 'lock'; readonly locked: boolean }
  | { readonly do: 'policy'; readonly policy: Policy; readonly base?: Policy }
  | { readonly do: 'report' | 'packReport'; readonly draft: ReportDraft }
  | { readonly do: 'reportDone' }
  | { readonly do: 'activity'; readonly wish: ActivityWish }
  | { readonly do: 'board'; readonly wish: BoardWish }
  | { readonly do: 'breakout'; readonly wish: BreakoutWish }
  /** The page has gone into a breakout room, or come back from one. */
  | { readonly do: 'here'; readonly room: MeetingId | null }
  | { readonly do: 'ghosts'; readonly devices: readonly DeviceKey[] }
  | { readonly do: 'watch'; readonly screens: readonly DeviceKey[] }
  | {
      readonly do: 'media-alarm';
      readonly kind: MediaAlarm;
      readonly device: DeviceKey;
    };

/** Carries a command out. */
export function runCommand(core: MeetingCore, command: CoreCommand): void {
  switch (command.do) {
    case 'join':
      return core.join(command.name, command.message);
    case 'withdraw':
      return core.withdraw();
    case 'goAway':
      return core.goAway();
    case 'leave':
      return core.leave();
    case 'end':
      return core.end();
    case 'chat':
      return core.sendChat(command.text, command.to, command.reply);
    case 'retryChat':
      return core.talk.retry(command.id);
    case 'editChat':
      return core.talk.edit(command.id, command.text);
    case 'deleteChat':
      return core.talk.unsay(command.id);
    case 'sendFile':
      void core.talk.sendFile(command.file, command.to, command.reply);
      return;
    case 'saveFile':
      void core.files.download(command.id, command.place);
      return;
    case 'transfer':
      return core.files[command.to](command.id);
    case 'acknowledge':
      return core.acknowledgeAlarm(command.id);
    case 'dismiss':
      return core.dismissNotice(command.id);
    case 'react':
      return core.talk.react(command.emoji);
    case 'caption':
      return core.captions.write(command);
    case 'hand':
      return core.people.setHand(command.raised);
    case 'rename':
      return core.people.rename(command.name);
    case 'verify':
      return core.people.verify(command.device);
    case 'admit':
      return core.control.admit(command.knocks);
    case 'deny':
      return core.control.deny(command.knocks);
    case 'remove':
      return core.control.remove(command.device, command.ban);
    case 'denyAndBan':
      return core.control.denyAndBan(command.knocks);
    case 'tell':
      return core.control.tell(command.knocks, command.text);
    case 'sendBack':
      return core.control.sendBack(command.device);
    case 'liftBar':
      return core.attempt(core.seriesBars.lift(command.device));
    case 'unban':
      return core.control.unban(command.device);
    case 'panic':
      return core.control.setPanic(command.on);
    case 'viewOnly':
      return core.control.setViewOnly(command.on);
    case 'recording':
      return core.control.setRecording(command.on);
    case 'spotlight':
      return core.control.setSpotlight(command.devices);
    case 'ask':
      return core.control.ask(command.device, command.source);
    case 'answerAsk':
      return core.answerAsk(command.id);
    case 'lowerHand':
      return core.lowerHand(command.device);
    case 'label':
      return core.control.setLabel(command.label);
    case 'invite':
      return core.attempt(core.invitations.create(command.wish));
    case 'revoke':
      return core.attempt(core.invitations.revoke(command.keys));
    case 'rotateLink':
      return core.attempt(core.invitations.rotate(command.passphrase));
    case 'makeRecoveryCode':
      return core.attempt(core.recovery.makeCode());
    case 'dismissRecoveryCode':
      return core.recovery.dismissCode();
    case 'passphrase':
      return core.tryPassphrase(command.passphrase);
    case 'recover':
      return core.recover(command.code);
    case 'stop':
      return core.control.stop(command.devices, command.sources, command.hold);
    case 'allow':
      return core.control.allow(command.devices, command.sources);
    case 'role':
      return core.control.setRole(command.device, command.role);
    case 'lock':
      return core.control.setLocked(command.locked);
    case 'policy':
      return core.control.setPolicy(command.policy, command.base);
    case 'report':
      return void core.reports.send(command.draft);
    case 'packReport':
      return core.reports.pack(command.draft);
    case 'reportDone':
      return core.reports.done();
    case 'activity':
      return core.activities.want(command.wish);
    case 'board':
      return core.board.want(command.wish);
    case 'breakout':
      return core.breakouts.want(command.wish);
    case 'here':
      return core.breakouts.setHere(command.room);
    case 'ghosts':
      return core.people.reportGhosts(command.devices);
    case 'watch':
      return core.watchers.watch(command.screens);
    case 'media-alarm':
      return core.reportMedia(command.kind, command.device);
  }
}
