import { beforeAll, describe, expect, it } from 'vitest';
import { Bars } from '../../../client/e2ee/admission/bars.ts';
import { deviceOf, judgeCommit } from '../../../client/e2ee/admission/commitPolicy.ts';
import type { CommitDescription, Joiner } from '../../../client/e2ee/group/policy.ts';
import { makeCard } from '../../../client/e2ee/identity/card.ts';
import { type DeviceIdentity, deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import type { Policy } from '../../../shared/roles.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { accessBy, newInvitation } from '../../support/invitation.ts';
import { newMeetingId, Script } from '../records/signing.ts';

const PSK = utf8('the link');

beforeAll(() => ready());

/** A meeting with a host inside; devices are named by what they are. */
class Scene {
  readonly script: Script;
  readonly meeting = newMeetingId();
  readonly bars = new Bars(accessBy(newInvitation(this.meeting)));
  readonly host: DeviceIdentity;
  readonly departed = new Set<DeviceKey>();

  constructor(policy: Policy = presetPolicy('moderated')) {
    this.script = new Script(policy, undefined, this.meeting);
    this.host = this.device();
    this.script.add(this.script.host, { type: 'grant', device: this.host.key, role: 'host' });
  }

  device(): DeviceIdentity {
    return deviceIdentity(newDeviceSeed(), this.meeting);
  }

  admitted(): DeviceIdentity {
    const device = this.device();
    this.script.add(this.script.host, { type: 'admit', devices: [device.key] });
    return device;
  }

  joiner(device: DeviceIdentity, card = makeCard(device, this.meeting, 'Someone')): Joiner {
    return { ref: new Uint8Array(64), signatureKey: device.meeting.publicKey, credential: card };
  }

  async judge(
    by: DeviceIdentity,
    change: { adds?: readonly Joiner[]; removes?: readonly DeviceIdentity[]; pskId?: Uint8Array | undefined },
  ): Promise<string> {
    const leaf = (device: DeviceIdentity, leafIndex: number) => ({
      leafIndex,
      signatureKey: device.meeting.publicKey,
      credential: makeCard(device, this.meeting, 'Someone'),
    });
    const { adds = [], removes = [] } = change;
    const description: CommitDescription = {
      epoch: 3n,
      committer: leaf(by, 0),
      adds,
      removes: removes.map((device, i) => leaf(device, i + 1)),
      pskId: 'pskId' in change ? change.pskId : adds.length > 0 ? PSK : undefined,
      updates: true,
    };
    const { departed, meeting } = this;
    const verdict = await judgeCommit(description, {
      meeting,
      bars: this.bars,
      chain: this.script.chain,
      departed,
      pskId: PSK,
    });
    return verdict.kind === 'accept' ? 'accept' : verdict.reason;
  }
}

describe('who may commit', () => {
  it('anybody let in, fresh keys at any time', async () => {
    const scene = new Scene();
    expect(await scene.judge(scene.host, {})).toBe('accept');
    expect(await scene.judge(scene.admitted(), {})).toBe('accept');
  });

  it('nobody else', async () => {
    const scene = new Scene();
    expect(await scene.judge(scene.device(), {})).toBe('nobody let the committer in');
    const banned = scene.admitted();
    scene.script.add(scene.script.host, { type: 'remove', devices: [banned.key], ban: true });
    expect(await scene.judge(banned, {})).toBe('nobody let the committer in');
    const open = new Scene(presetPolicy('open'));
    expect(await open.judge(open.device(), {})).toBe('accept');
  });

  it('nobody who has departed, whatever for', async () => {
    const open = new Scene(presetPolicy('open'));
    const gone = open.device();
    open.departed.add(gone.key);
    expect(await open.judge(gone, {})).toBe('committer has departed');
    expect(await open.judge(gone, { removes: [gone] })).toBe('committer has departed');
    open.departed.add(open.host.key);
    expect(await open.judge(open.host, {})).toBe('committer has departed');
  });
});

describe('who may be added', () => {
  it('whom a record lets in, by any member', async () => {
    const scene = new Scene();
    const member = scene.admitted();
    const joiner = scene.joiner(scene.admitted());
    expect(await scene.judge(member, { adds: [joiner] })).toBe('accept');
    expect(await scene.judge(member, { adds: [scene.joiner(scene.host)] })).toBe('accept');
  });

  it('nobody without a record where a lobby stands, not even by the host', async () => {
    const scene = new Scene();
    const joiner = scene.joiner(scene.device());
    expect(await scene.judge(scene.host, { adds: [joiner] })).toBe('nobody let this device in');
    const good = scene.joiner(scene.admitted());
    expect(await scene.judge(scene.host, { adds: [good, joiner] })).toBe('nobody let this device in');
  });

  it('without lobby, anybody by those who may admit, until locked', async () => {
    const policy = presetPolicy('open');
    const scene = new Scene({ ...policy, permissions: { ...policy.permissions, participant: [] } });
    const joiner = scene.joiner(scene.device());
    expect(await scene.judge(scene.host, { adds: [joiner] })).toBe('accept');
    expect(await scene.judge(scene.device(), { adds: [joiner] })).toBe('committer may not admit');
    const remembered = scene.joiner(scene.admitted());
    expect(await scene.judge(scene.device(), { adds: [remembered] })).toBe('accept');
    scene.script.add(scene.script.host, { type: 'lock', locked: true });
    expect(await scene.judge(scene.host, { adds: [joiner] })).toBe('nobody let this device in');
    expect(await scene.judge(scene.host, { adds: [remembered] })).toBe('accept');
  });

  it('nobody banned, nobody put out, nobody after the end', async () => {
    for (const ban of [true, false]) {
      const scene = new Scene();
      const device = scene.admitted();
      scene.script.add(scene.script.host, { type: 'remove', devices: [device.key], ban });
      expect(await scene.judge(scene.host, { adds: [scene.joiner(device)] })).toBe(
        'nobody let this device in',
      );
    }
    const scene = new Scene();
    const device = scene.admitted();
    scene.script.add(scene.script.host, { type: 'end' });
    expect(await scene.judge(scene.host, { adds: [scene.joiner(device)] })).toBe('nobody let this device in');
  });

  it('nobody barred from the series, not even by the host, until pardoned; nor anybody by their hand', async () => {
    const scene = new Scene();
    const { host } = scene.script;
    const [barred, other] = [scene.admitted(), scene.admitted()];
    const lasting = deviceKey.parse(toBase64Url(barred.lasting.publicKey));
    const tokens = { people: [scene.bars.personToken(lasting)], names: [] };
    scene.script.add(host, { type: 'bar', on: true, ...tokens });
    const adds = [scene.joiner(barred)];
    const refusal = 'this person is barred from the series';
    expect(await scene.judge(scene.host, { adds })).toBe(refusal);
    expect(await scene.judge(barred, { adds: [scene.joiner(other)] })).toBe(
      'the committer is barred from the series',
    );
    expect(await scene.judge(other, {})).toBe('accept');
    scene.script.add(host, { type: 'bar', on: false, ...tokens });
    expect(await scene.judge(scene.host, { adds })).toBe('accept');
    scene.script.add(host, { type: 'bar', on: true, ...tokens });
    expect(await scene.judge(scene.host, { adds })).toBe(refusal);
    scene.script.add(host, { type: 'unban', devices: [barred.key] });
    expect(await scene.judge(scene.host, { adds })).toBe('accept');
    scene.script.add(host, { type: 'remove', devices: [barred.key], ban: true });
    scene.script.add(host, { type: 'grant', device: barred.key, role: 'presenter' });
    expect(await scene.judge(scene.host, { adds })).toBe('nobody let this device in');
  });

  it('nobody with the card of another device, another meeting, or none', async () => {
    const scene = new Scene();
    const device = scene.admitted();
    const cards = [
      makeCard(scene.host, scene.meeting, 'Host'),
      makeCard(device, newMeetingId(), 'Elsewhere'),
      utf8('{}'),
      new Uint8Array(),
    ];
    for (const card of cards) {
      expect(await scene.judge(scene.host, { adds: [scene.joiner(device, card)] })).toBe(
        'card does not belong to the device',
      );
    }
  });

  it('nobody without the PSK of the link', async () => {
    const scene = new Scene();
    const adds = [scene.joiner(scene.admitted())];
    for (const pskId of [undefined, utf8('another'), new Uint8Array()]) {
      expect(await scene.judge(scene.host, { adds, pskId })).toBe('wrong PSK');
    }
  });
});

describe('who may be removed', () => {
  it('who has departed, by any member, and nobody else, not even by the host', async () => {
    const scene = new Scene();
    const [member, leaver, present] = [scene.admitted(), scene.admitted(), scene.admitted()];
    scene.departed.add(leaver.key);
    expect(await scene.judge(member, { removes: [leaver] })).toBe('accept');
    expect(await scene.judge(scene.host, { removes: [present] })).toBe('removed device has not departed');
    expect(await scene.judge(member, { removes: [leaver, present] })).toBe('removed device has not departed');
    expect(await scene.judge(member, { removes: [leaver], adds: [scene.joiner(leaver)] })).toBe('accept');
  });
});

it('a device is named by its signature key', async () => {
  const device = deviceIdentity(newDeviceSeed(), newMeetingId());
  expect(deviceOf(device.meeting.publicKey)).toBe(device.key);
  expect(() => deviceOf(new Uint8Array(31))).toThrow();
});
