import type { CallView } from '../../../client/meeting/callView.ts';
import type { Meeting } from '../../../client/meeting/meeting.ts';
import type { ReportProgress } from '../../../client/meeting/reportView.ts';
import type { MeetingView, MemberView } from '../../../client/meeting/view.ts';
import { reportId } from '../../../shared/ids.ts';
import { memberOf, NOW } from './people.ts';

/** What others do in the made-up meeting: the change of the view, from the view before. */
export type Happening = (view: MeetingView) => Partial<MeetingView>;

interface ScriptedMeeting extends Meeting {
  happen(change: Happening): void;
}

/**
 * A meeting that follows a script instead of a server: enough to look at the interface and to walk through it.
 * Not a stand-in for the real one in any test of behaviour.
 */
export function fakeMeeting(start: MeetingView, heard: (action: string) => void): ScriptedMeeting {
  let view = start;
  const listeners = new Set<() => void>();
  const update = (change: Partial<MeetingView>): void => {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  };
  const updateSelf = (change: (self: MemberView) => Partial<MemberView>): void =>
    update({
      members: view.members.map((member) => (member.self ? { ...member, ...change(member) } : member)),
    });
  const updateCall = (change: Partial<CallView>): void => update({ call: { ...view.call, ...change } });
  const setSource = (source: 'microphone' | 'camera' | 'screen', on: boolean): void => {
    updateSelf((self) => ({
      sources: {
        ...self.sources,
        [source]: { ...self.sources[source], state: on ? 'live' : 'off' },
      },
    }));
    if (!on && source === 'microphone') update({ devices: { ...view.devices, microphoneTrack: null } });
    if (!on && source === 'camera') update({ devices: { ...view.devices, cameraTrack: null } });
  };
  const setProgress = (progress: ReportProgress): void => {
    if (view.report) update({ report: { ...view.report, progress } });
  };
  const nameOf = (device: string) => view.members.find((member) => member.device === device)?.name ?? '';
  const log =
    (name: string) =>
    (...given: unknown[]): void =>
      heard(`${name} ${JSON.stringify(given)}`);

  return {
    happen: (change) => update(change(view)),
    getView: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    room: null,
    breakout: log('breakout'),
    enterRoom: log('enterRoom'),
    returnToMain: log('returnToMain'),
    close: log('close'),
    join(...given) {
      log('join')(...given);
      const [name] = given;
      update({ name, members: [memberOf(0, { name }), memberOf(1)], phase: { name: 'meeting' } });
    },
    withdraw: () => update({ phase: { name: 'left' } }),
    tryPassphrase: log('tryPassphrase'),
    recover: log('recover'),
    denyAndBan: (ids) => update({ knocks: view.knocks.filter((knock) => !ids.includes(knock.knockId)) }),
    tellWaiting: log('tellWaiting'),
    sendBack: log('sendBack'),
    liftBar: (lasting) => update({ barred: view.barred.filter((each) => each.lasting !== lasting) }),
    unban: (device) => update({ banned: view.banned.filter((each) => each.device !== device) }),
    setPanic: (panic) => update({ panic }),
    setSpotlight: (spotlight) => update({ spotlight }),
    startRecording: () => update({ recorder: { state: 'running', ms: 0, bytes: 0, failure: null } }),
    pauseRecording: (on) => update({ recorder: { ...view.recorder, state: on ? 'paused' : 'running' } }),
    stopRecording: () => update({ recorder: { ...view.recorder, state: 'off' }, recording: [] }),
    dismissRecorder: () => update({ recorder: { ...view.recorder, failure: null } }),
    writeCaption: log('writeCaption'),
    captionOwnSpeech: (lang) =>
      update({ ownCaptions: { on: false, problem: lang === null ? null : 'no-engine' } }),
    acceptRecording: () => update({ recordingAccepted: true }),
    ask: log('ask'),
    answerAsk(id, yes) {
      log('answerAsk')(id, yes);
      update({ asks: view.asks.filter((ask) => ask.id !== id) });
    },
    lowerHand: log('lowerHand'),
    setLabel: (label) => update({ label }),
    createInvitation: log('createInvitation'),
    revokeInvitations: log('revokeInvitations'),
    rotateLink: log('rotateLink'),
    makeRecoveryCode: () => update({ recoveryCode: '3Q7RK-N2XW8-0DHTZ-V5MJA-9CE4P' }),
    dismissRecoveryCode: () => update({ recoveryCode: null, recoverable: true }),
    leave: () => update({ phase: { name: 'left' } }),
    endForAll: () => update({ phase: { name: 'ended', by: 'host' } }),
    setMicrophone: (on) => setSource('microphone', on),
    setCamera: (on) => setSource('camera', on),
    setScreenShare: (on) => setSource('screen', on),
    chooseMicrophone: (microphone) => update({ devices: { ...view.devices, microphone } }),
    chooseCamera: (camera) => update({ devices: { ...view.devices, camera } }),
    chooseSpeaker: (speaker) => update({ devices: { ...view.devices, speaker } }),
    retryDevices: log('retryDevices'),
    sendChat(text, to = { kind: 'everyone' }, reply = null) {
      const self = view.members.find((member) => member.self);
      if (self === undefined) return;
      const id = `own${view.chat.length}`;
      update({
        chat: [
          ...view.chat,
          {
            id,
            from: self.device,
            name: self.name,
            self: true,
            text,
            at: NOW + 900_000,
            state: 'sent',
            change: 'none',
            audience: to.kind === 'person' ? { ...to, name: nameOf(to.device) } : to,
            reply: reply === null ? null : { id: reply, name: 'Ada Okonkwo', text: 'Good morning.' },
            mentions: [],
            file: null,
          },
        ],
      });
    },
    retryChat: log('retryChat'),
    editChat: (id, text) =>
      update({
        chat: view.chat.map((message) =>
          message.id === id ? { ...message, text, change: 'edited' as const } : message,
        ),
      }),
    deleteChat: (id) =>
      update({
        chat: view.chat.map((message) =>
          message.id === id ? { ...message, text: '', change: 'deleted' as const } : message,
        ),
      }),
    sendFile: (file) => log('sendFile')(file.name),
    saveFile: log('saveFile'),
    controlTransfer: log('controlTransfer'),
    setHand: (raised) => updateSelf(() => ({ hand: raised ? NOW : null })),
    react: log('react'),
    rename: (name) => updateSelf(() => ({ name })),
    admit: (ids) => update({ knocks: view.knocks.filter((knock) => !ids.includes(knock.knockId)) }),
    deny: (ids) => update({ knocks: view.knocks.filter((knock) => !ids.includes(knock.knockId)) }),
    remove: (device) => update({ members: view.members.filter((member) => member.device !== device) }),
    stop: log('stop'),
    allow: log('allow'),
    setRole: log('setRole'),
    setLocked: (locked) => update({ locked }),
    setPolicy: (policy) => update({ policy, preset: policy.preset }),
    markVerified: log('markVerified'),
    acknowledgeAlarm: (id) => update({ alarms: view.alarms.filter((alarm) => alarm.id !== id) }),
    dismissNotice: (id) => update({ notices: view.notices.filter((notice) => notice.id !== id) }),
    report: (draft) => {
      heard(`report ${draft.reason} ${draft.chat.length} ${draft.still?.type ?? 'none'}`);
      const report = reportId.parse('q7Yw0eVh2uTgkXc5sLm9Aw');
      setProgress({ name: 'sent', report });
    },
    packReport: log('packReport'),
    activity: log('activity'),
    draw: log('draw'),
    setViewOnly: (viewOnly) => update({ viewOnly }),
    reportDone: () => setProgress({ name: 'idle' }),
    showTiles: log('showTiles'),
    takeOver: () => update({ phase: { name: 'joining' } }),
    testConnection: () =>
      updateCall({
        connectionTest: {
          state: 'done',
          udp: 'ok',
          tcp: 'ok',
          turn: 'untested',
          rttMs: 23,
          expected: 'good',
          advice: 'fine',
        },
      }),
    setPushToTalk: (pushToTalk) => update({ devices: { ...view.devices, pushToTalk } }),
    talk: (pressed) => setSource('microphone', pressed),
    setMusicMode: (musicMode) => update({ devices: { ...view.devices, musicMode } }),
    setMirrored: (mirrored) => update({ devices: { ...view.devices, mirrored } }),
    flipCamera: log('flipCamera'),
    setScreenHint: (screenHint) => updateCall({ screenHint }),
    setBackground: (background) => updateCall({ effects: { ...view.call.effects, background } }),
    setBrighten: (brighten) => updateCall({ effects: { ...view.call.effects, brighten } }),
    setNoiseSuppression: (noiseSuppression) =>
      updateCall({ effects: { ...view.call.effects, noiseSuppression } }),
    setUsage: (usage) => updateCall({ usage }),
    watchStats: log('watchStats'),
  };
}
