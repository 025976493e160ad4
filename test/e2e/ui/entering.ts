import type { MeetingView } from '../../../client/meeting/view.ts';
import { portrait, tone } from './fakeTracks.ts';
import { keyOf } from './people.ts';

type Base = () => MeetingView;

/** The way into a meeting and out of it. */
export function enteringScenarios(base: Base): Record<string, () => MeetingView> {
  return {
    opening: () => ({ ...base(), phase: { name: 'opening' } }),
    'prejoin-host': () => ({
      ...withPreview(base()),
      phase: { name: 'prejoin', running: false, lobby: true, role: 'host' },
    }),
    'prejoin-lobby': () => ({
      ...withPreview(base()),
      phase: { name: 'prejoin', running: true, lobby: true, role: 'guest' },
      role: 'guest',
      name: '',
    }),
    'prejoin-open': () => ({
      ...withPreview(base()),
      phase: { name: 'prejoin', running: false, lobby: false, role: 'guest' },
      role: 'guest',
    }),
    'prejoin-denied': () => ({
      ...withoutDevices(base(), 'denied'),
      phase: { name: 'prejoin', running: true, lobby: true, role: 'guest' },
    }),
    'prejoin-tested': () => ({
      ...withPreview(base()),
      phase: { name: 'prejoin', running: true, lobby: false, role: 'guest' },
      role: 'guest',
      call: {
        ...base().call,
        connectionTest: {
          state: 'done',
          udp: 'blocked',
          tcp: 'ok',
          turn: 'untested',
          rttMs: 84,
          expected: 'fair',
          advice: 'udp-blocked',
        },
      },
    }),
    'prejoin-no-camera': () => {
      const view = withPreview(base());
      return {
        ...view,
        phase: { name: 'prejoin', running: true, lobby: false, role: 'guest' },
        role: 'guest',
        devices: { ...view.devices, cameraTrack: null, cameraState: 'in-use' },
      };
    },
    'prejoin-asking': () => ({
      ...withoutDevices(base(), 'asking'),
      phase: { name: 'prejoin', running: true, lobby: false, role: 'guest' },
    }),
    'prejoin-no-device': () => ({
      ...withoutDevices(base(), 'no-device'),
      phase: { name: 'prejoin', running: true, lobby: false, role: 'guest' },
    }),
    waiting: () => ({
      ...withPreview(base()),
      phase: { name: 'waiting', position: 2, attended: true, locked: false, sentBack: false },
    }),
    'waiting-unattended': () => ({
      ...withPreview(base()),
      phase: { name: 'waiting', position: 1, attended: false, locked: false, sentBack: false },
    }),
    joining: () => ({ ...base(), phase: { name: 'joining' } }),
    removed: () => ({ ...base(), phase: { name: 'removed', banned: false } }),
    'removed-banned': () => ({ ...base(), phase: { name: 'removed', banned: true } }),
    'denied-staff': () => ({ ...base(), phase: { name: 'denied', banned: false, rule: 'verified' } }),
    denied: () => ({ ...base(), phase: { name: 'denied', banned: false } }),
    ended: () => ({ ...base(), phase: { name: 'ended', by: 'host' } }),
    'ended-by-operator': () => ({ ...base(), phase: { name: 'ended', by: 'operator' } }),
    left: () => ({ ...base(), phase: { name: 'left' } }),
    replaced: () => ({ ...base(), phase: { name: 'replaced' } }),
    failed: () => ({ ...base(), phase: { name: 'failed', code: 'unavailable' } }),
    'failed-version': () => ({ ...base(), phase: { name: 'failed', code: 'version-mismatch' } }),
    'bad-link': () => ({ ...base(), phase: { name: 'bad-link', reason: 'malformed' } }),
    'wrong-host': () => ({ ...base(), phase: { name: 'bad-link', reason: 'wrong-host' } }),
    unsupported: () => unsupported(base(), 'no-encoded-transform'),
    'unsupported-insecure': () => unsupported(base(), 'insecure-context'),
    'unsupported-webrtc': () => unsupported(base(), 'no-webrtc'),
    passphrase: () => ({ ...base(), phase: { name: 'passphrase', wrong: false, busy: false } }),
    'passphrase-wrong': () => ({ ...base(), phase: { name: 'passphrase', wrong: true, busy: false } }),
    'passphrase-busy': () => ({ ...base(), phase: { name: 'passphrase', wrong: false, busy: true } }),
    'recording-door': () => ({
      ...withPreview(base()),
      phase: { name: 'prejoin', running: true, lobby: true, role: 'participant' },
      members: [],
      recording: [keyOf(1)],
      recordingAccepted: false,
      role: 'participant',
    }),
  };
}

function unsupported(
  view: MeetingView,
  reason: Extract<MeetingView['phase'], { readonly name: 'unsupported' }>['reason'],
): MeetingView {
  // Nobody was met, of whom there could be anything to report.
  return { ...view, phase: { name: 'unsupported', reason }, members: [], report: null };
}

function withPreview(view: MeetingView): MeetingView {
  return {
    ...view,
    members: [],
    devices: { ...view.devices, cameraTrack: portrait(0), microphoneTrack: tone() },
  };
}

function withoutDevices(view: MeetingView, permission: 'asking' | 'denied' | 'no-device'): MeetingView {
  return {
    ...view,
    members: [],
    role: 'guest',
    devices: {
      ...view.devices,
      microphones: [],
      cameras: [],
      microphone: null,
      camera: null,
      permission,
      microphoneState: permission,
      cameraState: permission,
    },
  };
}
