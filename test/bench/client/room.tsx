import { createRoot } from 'react-dom/client';
import { en } from '../../../client/i18n/en.ts';
import type { MediaEngine } from '../../../client/media/engine.ts';
import type { Levels } from '../../../client/media/levels.ts';
import { type CoreMember, type CoreState, initialState } from '../../../client/meeting/core/state.ts';
import type { Meeting } from '../../../client/meeting/meeting.ts';
import type { MeetingView } from '../../../client/meeting/view.ts';
import { viewOf } from '../../../client/meeting/viewOf.ts';
import { App, preloadPage } from '../../../client/ui/App.tsx';
import type { DeviceKey } from '../../../shared/ids.ts';
import { permissions, presetPolicy } from '../../../shared/roles.ts';
import { fakeAccounts } from '../../e2e/ui/fakeAccounts.ts';
import { fakeMeeting } from '../../e2e/ui/fakeMeeting.ts';
import { fixtureLibrary } from '../../e2e/ui/fixtureLibrary.ts';
import { scenarios } from '../../e2e/ui/scenarios.ts';

function memberAt(leaf: number, device: DeviceKey): CoreMember {
  return {
    device,
    leaf,
    name: `Member ${leaf}`,
    self: leaf === 0,
    role: leaf === 0 ? 'host' : 'participant',
    trust: 'known',
    admittedBy: null,
    invitation: null,
    identity: null,
    since: 0,
    hand: null,
    blocked: [],
    present: true,
    heldBack: false,
  };
}

/** Fetches the page of a meeting. */
export function preloadRoom(): Promise<void> {
  return preloadPage('/m/any');
}

/**
 * Shows the whole interface of a meeting over a real media engine, as the page does: the view is built anew at
 * every change and at every measurement of loudness. Membership alone is made up. `devices` are those at each leaf,
 * the viewer's first.
 */
export function showRoom(engine: MediaEngine, devices: readonly DeviceKey[]): void {
  const start = scenarios.three?.();
  const [self] = devices;
  if (start === undefined || self === undefined) throw new Error('nobody to show');
  const core: CoreState = {
    ...initialState,
    phase: { name: 'meeting' },
    connection: 'connected',
    self,
    role: 'host',
    rights: new Set(Object.values(permissions)),
    policy: presetPolicy('moderated'),
    seal: start.seal,
    members: devices.map((device, leaf) => memberAt(leaf, device)),
  };
  let levels: Levels | null = null;
  const build = (): MeetingView => ({
    ...viewOf({
      link: start.link,
      name: start.name,
      core,
      unsupported: null,
      engine: engine.snapshot(),
      levels,
      devices: {
        ...start.devices,
        microphoneState: 'granted',
        cameraState: 'granted',
        screen: null,
        facing: 'user',
      },
      mirrored: true,
      pushToTalk: false,
      call: start.call,
      recorder: start.recorder,
      ownCaptions: start.ownCaptions,
      accepted: new Set(),
      notices: [],
      breakouts: start.breakouts,
      inRoom: false,
    }),
  });
  let view = build();
  const listeners = new Set<() => void>();
  let scheduled = false;
  const touch = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      view = build();
      for (const listener of listeners) listener();
    });
  };
  engine.on('change', touch);
  engine.on('levels', (measured) => {
    levels = measured;
    touch();
  });
  const meeting: Meeting = {
    ...fakeMeeting(view, () => undefined),
    getView: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    showTiles: (tiles) => engine.setTiles(tiles),
  };
  history.replaceState(null, '', '/m/k3J9dQpX2mVwZ8sT1nYbRg#1.secret');
  const root = document.createElement('div');
  document.body.append(root);
  createRoot(root).render(
    <App
      services={async () => ({
        openMeeting: () => meeting,
        foundMeeting: () => Promise.reject(new Error('not here')),
        endMeeting: async () => undefined,
        beginSignIn: async () => '',
        finishSignIn: async () => '/',
        forgetSignIn: async () => undefined,
        openListSync: () => Promise.reject(new Error('not here')),
      })}
      accounts={fakeAccounts(null, () => undefined)}
      library={() => fixtureLibrary('none')}
      language="en"
      messages={en}
    />,
  );
}
