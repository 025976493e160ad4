import { expect, it } from 'vitest';
import { deviceMark } from '../../../client/meeting/deviceMark.ts';
import { sceneOf } from '../../../client/meeting/recordingScene.ts';
import type { MemberView, SourceView } from '../../../client/meeting/view.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { device } from './fixtures.ts';

const off: SourceView = { state: 'off', track: null, seal: 'none' };
const member = (number: number, name: string, self: boolean): MemberView => ({
  device: device(number),
  leaf: number,
  name,
  self,
  role: 'guest',
  trust: 'new',
  admittedBy: null,
  invitation: null,
  identity: null,
  since: 0,
  hand: null,
  level: 0,
  sources: { microphone: off, camera: off, screen: off, screenAudio: off },
  connection: 'good',
});
const members = [member(1, 'Chen', false), member(2, 'Lin', true)];
const policy = presetPolicy('moderated');

it('a recording carries the classification as it is', () => {
  expect(sceneOf({ members, label: '密', policy }).label).toBe('密');
  expect(sceneOf({ members, label: null, policy }).label).toBeNull();
});

it('a recording carries the name and mark of who makes it, where the rules ask for the viewer’s name', () => {
  expect(sceneOf({ members, label: null, policy }).mark).toBeNull();
  const marked = sceneOf({ members, label: null, policy: { ...policy, watermark: true } });
  expect(marked.mark).toBe(`Lin · ${deviceMark(device(2))}`);
});
