import { initialState } from './core/state.ts';
import type { Meeting, MeetingView } from './view.ts';
import { viewOf } from './viewOf.ts';

const noDevices = {
  microphones: [],
  cameras: [],
  speakers: [],
  microphone: null,
  camera: null,
  speaker: null,
  permission: 'unknown',
  microphoneState: 'idle',
  cameraState: 'idle',
  microphoneTrack: null,
  cameraTrack: null,
  screen: null,
  canShareScreen: false,
} as const;

/** Stands in for a meeting whose link cannot be read: shows why, does nothing, contacts nobody. */
export function brokenLinkMeeting(link: string): Meeting {
  const nothing = () => undefined;
  const view: MeetingView = viewOf({
    link,
    name: '',
    core: initialState,
    unsupported: { name: 'bad-link', reason: 'malformed' },
    engine: null,
    levels: null,
    devices: noDevices,
  });
  return {
    getView: () => view,
    subscribe: () => nothing,
    close: nothing,
    join: nothing,
    withdraw: nothing,
    leave: nothing,
    endForAll: nothing,
    setMicrophone: nothing,
    setCamera: nothing,
    setScreenShare: nothing,
    chooseMicrophone: nothing,
    chooseCamera: nothing,
    chooseSpeaker: nothing,
    retryDevices: nothing,
    sendChat: nothing,
    retryChat: nothing,
    setHand: nothing,
    react: nothing,
    rename: nothing,
    admit: nothing,
    deny: nothing,
    remove: nothing,
    stop: nothing,
    allow: nothing,
    setRole: nothing,
    setLocked: nothing,
    setPolicy: nothing,
    markVerified: nothing,
    acknowledgeAlarm: nothing,
    dismissNotice: nothing,
    showTiles: nothing,
    takeOver: nothing,
  };
}
