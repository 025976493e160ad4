import type { Call } from './call.ts';
import type { CoreCommand } from './core/command.ts';
import type { Meeting } from './meeting.ts';

/** Those of a person's actions that are just one command to the core, or one call to the own media. */
export abstract class PlainActions {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  protected abstract command(command: CoreCommand): void;

  withdraw: Meeting['withdraw'] = () => this.command({ do: 'withdraw' });
  tryPassphrase: Meeting['tryPassphrase'] = (passphrase) => this.command({ do: 'passphrase', passphrase });
  recover: Meeting['recover'] = (code) => this.command({ do: 'recover', code });
  endForAll: Meeting['endForAll'] = () => this.command({ do: 'end' });

  setMicrophone: Meeting['setMicrophone'] = (on) => this.#call.setMicrophone(on);
  setCamera: Meeting['setCamera'] = (on) => this.#call.setCamera(on);
  setScreenShare: Meeting['setScreenShare'] = (on) => this.#call.setScreenShare(on);
  chooseMicrophone: Meeting['chooseMicrophone'] = (id) => void this.#call.devices.chooseMicrophone(id);
  chooseCamera: Meeting['chooseCamera'] = (id) => void this.#call.devices.chooseCamera(id);
  chooseSpeaker: Meeting['chooseSpeaker'] = (id) => this.#call.devices.chooseSpeaker(id);
  retryDevices: Meeting['retryDevices'] = (kind) =>
    kind === undefined ? void this.#call.devices.startBoth() : this.#call.retry(kind);
  testConnection: Meeting['testConnection'] = () => this.#call.testConnection();
  setPushToTalk: Meeting['setPushToTalk'] = (on) => this.#call.setPushToTalk(on);
  talk: Meeting['talk'] = (pressed) => this.#call.talk(pressed);
  setMusicMode: Meeting['setMusicMode'] = (on) => this.#call.setMusicMode(on);
  setMirrored: Meeting['setMirrored'] = (on) => this.#call.setMirrored(on);
  flipCamera: Meeting['flipCamera'] = () => this.#call.flipCamera();
  setScreenHint: Meeting['setScreenHint'] = (hint) => this.#call.setScreenHint(hint);
  setBackground: Meeting['setBackground'] = (background) => this.#call.setBackground(background);
  setBrighten: Meeting['setBrighten'] = (on) => this.#call.setBrighten(on);
  setNoiseSuppression: Meeting['setNoiseSuppression'] = (on) => this.#call.setNoiseSuppression(on);
  setUsage: Meeting['setUsage'] = (usage) => this.#call.setUsage(usage);
  watchStats: Meeting['watchStats'] = (on) => this.#call.watchStats(on);

  sendChat: Meeting['sendChat'] = (text, to = { kind: 'everyone' }, reply = null) =>
    this.command({ do: 'chat', text, to, reply });
  sendFile: Meeting['sendFile'] = (file, to = { kind: 'everyone' }, reply = null) =>
    this.command({ do: 'sendFile', file, to, reply });
  editChat: Meeting['editChat'] = (id, text) => this.command({ do: 'editChat', id, text });
  deleteChat: Meeting['deleteChat'] = (id) => this.command({ do: 'deleteChat', id });
  retryChat: Meeting['retryChat'] = (id) => this.command({ do: 'retryChat', id });
  controlTransfer: Meeting['controlTransfer'] = (id, to) => this.command({ do: 'transfer', id, to });
  setHand: Meeting['setHand'] = (raised) => this.command({ do: 'hand', raised });
  react: Meeting['react'] = (emoji) => this.command({ do: 'react', emoji });

  admit: Meeting['admit'] = (knocks) => this.command({ do: 'admit', knocks });
  deny: Meeting['deny'] = (knocks) => this.command({ do: 'deny', knocks });
  denyAndBan: Meeting['denyAndBan'] = (knocks) => this.command({ do: 'denyAndBan', knocks });
  tellWaiting: Meeting['tellWaiting'] = (knocks, text) => this.command({ do: 'tell', knocks, text });
  sendBack: Meeting['sendBack'] = (device) => this.command({ do: 'sendBack', device });
  remove: Meeting['remove'] = (device, ban) => this.command({ do: 'remove', device, ban });
  unban: Meeting['unban'] = (device) => this.command({ do: 'unban', device });
  liftBar: Meeting['liftBar'] = (device) => this.command({ do: 'liftBar', device });
  stop: Meeting['stop'] = (devices, sources, hold) => this.command({ do: 'stop', devices, sources, hold });
  allow: Meeting['allow'] = (devices, sources) => this.command({ do: 'allow', devices, sources });
  ask: Meeting['ask'] = (device, source) => this.command({ do: 'ask', device, source });
  lowerHand: Meeting['lowerHand'] = (device) => this.command({ do: 'lowerHand', device });
  setRole: Meeting['setRole'] = (device, role) => this.command({ do: 'role', device, role });
  setLocked: Meeting['setLocked'] = (locked) => this.command({ do: 'lock', locked });
  setPanic: Meeting['setPanic'] = (on) => this.command({ do: 'panic', on });
  setSpotlight: Meeting['setSpotlight'] = (devices) => this.command({ do: 'spotlight', devices });
  setLabel: Meeting['setLabel'] = (label) => this.command({ do: 'label', label });
  setViewOnly: Meeting['setViewOnly'] = (on) => this.command({ do: 'viewOnly', on });

  createInvitation: Meeting['createInvitation'] = (wish) => this.command({ do: 'invite', wish });
  revokeInvitations: Meeting['revokeInvitations'] = (keys) => this.command({ do: 'revoke', keys });
  rotateLink: Meeting['rotateLink'] = (passphrase) => this.command({ do: 'rotateLink', passphrase });
  makeRecoveryCode: Meeting['makeRecoveryCode'] = () => this.command({ do: 'makeRecoveryCode' });
  dismissRecoveryCode: Meeting['dismissRecoveryCode'] = () => this.command({ do: 'dismissRecoveryCode' });

  markVerified: Meeting['markVerified'] = (device) => this.command({ do: 'verify', device });
  acknowledgeAlarm: Meeting['acknowledgeAlarm'] = (id) => this.command({ do: 'acknowledge', id });
  report: Meeting['report'] = (draft) => this.command({ do: 'report', draft });
  packReport: Meeting['packReport'] = (draft) => this.command({ do: 'packReport', draft });
  reportDone: Meeting['reportDone'] = () => this.command({ do: 'reportDone' });
  activity: Meeting['activity'] = (wish) => this.command({ do: 'activity', wish });
  draw: Meeting['draw'] = (wish) => this.command({ do: 'board', wish });
}
