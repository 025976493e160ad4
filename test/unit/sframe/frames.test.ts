import { beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../../client/e2ee/frames/codec.ts';
import { AudioPadder, unpad } from '../../../client/e2ee/frames/padding.ts';
import { readHeader } from '../../../client/e2ee/sframe/header.ts';
import { decodeMlsKid } from '../../../client/e2ee/sframe/kid.ts';
import { toHex } from '../../../shared/bytes.ts';
import { device, epochMessage, frame, ManualClock, Party, present } from './fixture.ts';

const ann = device(1);
const bea = device(2);
const cyd = device(3);
const members = { 0: ann, 1: bea, 2: cyd };
/** Epoch 4, as far as the KID tells; sealed by nobody. */
const ofEpochFour = Uint8Array.from([0xb0, 0x01, 0x00, 0x00, 0x04, ...new Uint8Array(40)]);
const picture = Uint8Array.from({ length: 300 }, (_, i) => i & 255);

let clock: ManualClock;
let alice: Party;
let bob: Party;

beforeEach(async () => {
  clock = new ManualClock();
  alice = await Party.create(clock);
  bob = await Party.create(clock);
});

function begin(epoch: number): void {
  alice.core.group(epochMessage(epoch, 0, members));
  bob.core.group(epochMessage(epoch, 1, members));
}

/** KID and counter of a frame on the wire. */
function numbered(wire: Uint8Array): { kid: number; ctr: number } {
  const { kid, ctr } = present(readHeader(wire, present(unwrap('vp9', wire)).offset));
  return { kid, ctr };
}

describe('without keys', () => {
  it('a sender emits nothing and says why', () => {
    const camera = alice.sender('camera');
    expect(camera.send(picture)).toBeNull();
    expect(alice.stats(camera.id)).toMatchObject({ framesIn: 1, framesOut: 0, dropped: { 'no-key': 1 } });
  });

  it('a receiver emits nothing: not plaintext, not a frame of a group it is not in', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture));
    bob.core.group({ type: 'restart' });
    const view = bob.receiver('camera', ann);
    view.push(wire);
    view.push(picture);
    view.push(new Uint8Array(0));
    clock.advance(5_000);
    expect(view.received).toEqual([]);
    expect(bob.stats(view.id)).toMatchObject({ framesIn: 3, framesOut: 0, held: 0, dropped: { empty: 1 } });
  });

  it('an open-only epoch opens and does not seal', () => {
    begin(4);
    const wire = present(bob.sender('camera').send(picture));
    alice.core.group({ type: 'restart' });
    alice.core.group(epochMessage(5, 0, members, { openOnly: true, group: 9 }));
    expect(alice.sender('camera').send(picture)).toBeNull();
    bob.core.group(epochMessage(5, 1, members, { group: 9 }));
    const view = alice.receiver('camera', bea);
    view.push(wire);
    view.push(present(bob.sender('camera').send(picture)));
    expect(view.received).toEqual([picture]);
  });
});

describe('sealing and opening', () => {
  it.each([
    ['video/VP8', [0x00, 1, 2, 3]],
    ['video/VP8', [0x01, 1, 2, 3]],
    ['video/vp9', [0x82, 1, 2, 3]],
    ['video/AV1', [0x12, 0x00, 0x0a, 0x02, 1, 2, 0x32, 1, 9]],
    ['video/AV1', [0x12, 0x00, 0x32, 1, 9]],
    ['audio/opus', [0x78, 1, 2, 3]],
    ['audio/opus', []],
  ])('%s comes back whole, and no byte of it is on the wire in its place', (mimeType, bytes) => {
    begin(1);
    const source = mimeType.startsWith('audio') ? 'microphone' : 'camera';
    const encoded = Uint8Array.from([...bytes, ...(bytes.length === 0 ? [] : picture)]);
    const audible = mimeType.startsWith('audio') ? encoded.subarray(0, 120) : encoded;
    const wire = present(alice.sender(source).send(audible, mimeType));
    const view = bob.receiver(source, ann);
    view.push(wire, mimeType);
    expect(view.received).toEqual([audible]);
    if (audible.length > 0) expect(toHex(wire)).not.toContain(toHex(audible.subarray(2, 8)));
  });

  it('refuses every flipped byte, synthetic header included', () => {
    begin(1);
    const camera = alice.sender('camera');
    for (const [mimeType, first] of [
      ['video/VP8', 0],
      ['video/VP8', 1],
      ['video/VP9', 0],
      ['video/AV1', 0x32],
    ] as const) {
      const wire = present(camera.send(Uint8Array.of(first, 1, 2, 3, 4, 5), mimeType));
      const view = bob.receiver('camera', ann);
      for (let i = 0; i < wire.length; i++) {
        for (const flip of [1, 0x80]) {
          const flipped = wire.slice();
          flipped[i] = (flipped[i] ?? 0) ^ flip;
          view.push(flipped, mimeType);
        }
      }
      clock.advance(2_000);
      expect(view.received, mimeType).toEqual([]);
      view.push(wire, mimeType);
      expect(view.received.length, mimeType).toBe(1);
    }
  });

  it('refuses a frame relabelled as another codec', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture, 'video/VP9'));
    const view = bob.receiver('camera', ann);
    view.push(wire, 'video/VP8');
    view.push(wire, 'video/AV1');
    view.push(wire, 'audio/opus');
    view.push(wire, 'video/H264');
    view.push(wire, 'audio/CN');
    expect(view.received).toEqual([]);
    expect(bob.stats(view.id).dropped['unsupported-codec']).toBe(2);
  });

  it('gives back the memory of what was sealed or opened', () => {
    begin(1);
    const plain = frame(picture);
    const given = plain.data;
    alice.sender('camera').track.push(plain, () => undefined);
    const sealed = plain.data;
    bob.receiver('camera', ann).track.push(plain, () => undefined);
    expect([given.byteLength, sealed.byteLength]).toEqual([0, 0]);
    expect(new Uint8Array(plain.data)).toEqual(picture);
  });

  it('two equal frames differ on the wire', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const [one, two] = [present(send(picture)), present(send(picture))];
    expect(toHex(one.subarray(8))).not.toBe(toHex(two.subarray(8)));
  });

  it('padding holds nothing of an earlier frame', () => {
    const padder = new AudioPadder();
    padder.pad(new Uint8Array(150).fill(9));
    const padded = present(padder.pad(Uint8Array.of(1, 2)));
    expect(padded).toEqual(Uint8Array.from([0, 2, 1, 2, ...new Uint8Array(156)]));
    expect(unpad(padded)).toEqual(Uint8Array.of(1, 2));
    expect(unpad(Uint8Array.of(0, 3, 1, 2))).toBeNull();
  });

  it('silence and speech have one size', () => {
    begin(1);
    const { send } = alice.sender('microphone');
    const sizes = [1, 3, 40, 90, 158].map(
      (length) => present(send(new Uint8Array(length), 'audio/opus')).length - 1,
    );
    // All but the counter's own growth, which says nothing about the sound.
    expect(new Set(sizes).size).toBe(1);
    const wire = present(send(new Uint8Array(159), 'audio/opus'));
    expect(wire.length).toBeGreaterThan(320);
    expect(send(new Uint8Array(3_000), 'audio/opus')).toBeNull();
  });
});

describe('who and what', () => {
  it('accepts only the expected device', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture));
    const fromBea = bob.receiver('camera', cyd);
    fromBea.push(wire);
    const fromNobody = bob.receiver('camera', null);
    fromNobody.push(wire);
    const fromStranger = bob.receiver('camera', device(99));
    fromStranger.push(wire);
    for (const view of [fromBea, fromNobody, fromStranger]) {
      expect(view.received).toEqual([]);
      expect(bob.stats(view.id).dropped['wrong-sender']).toBe(1);
    }
    const view = bob.receiver('camera', ann);
    view.push(wire);
    expect(view.received).toEqual([picture]);
  });

  it('accepts only the expected source', () => {
    begin(1);
    const wire = present(alice.sender('screen').send(picture));
    const view = bob.receiver('camera', ann);
    view.push(wire);
    expect(view.received).toEqual([]);
    expect(bob.stats(view.id).dropped['wrong-context']).toBe(1);
  });

  it.each([0, 5])('believes neither of two leaves with one device key, sealed by leaf %d', (leaf) => {
    const doubled = { 0: ann, 1: bea, 5: ann };
    alice.core.group(epochMessage(1, leaf, doubled));
    bob.core.group(epochMessage(1, 1, doubled));
    const view = bob.receiver('camera', ann);
    view.push(present(alice.sender('camera').send(picture)));
    expect(view.received).toEqual([]);
    expect(bob.stats(view.id).dropped['wrong-sender']).toBe(1);
  });

  it('does not play own frames back', () => {
    begin(1);
    const wire = present(bob.sender('camera').send(picture));
    const view = bob.receiver('camera', ann);
    view.push(wire);
    expect(view.received).toEqual([]);
  });

  it('drops replays silently, on whichever track they come', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const [one, two] = [present(send(picture)), present(send(picture))];
    const view = bob.receiver('camera', ann);
    const twin = bob.receiver('camera', ann);
    view.push(two);
    view.push(one);
    view.push(one);
    twin.push(two);
    expect(view.received.length).toBe(2);
    expect(twin.received.length).toBe(0);
    expect(bob.stats(view.id).dropped.replay).toBe(1);
    view.push(present(send(picture)));
    expect(view.received.length).toBe(3);
    expect(bob.keyFrameRequests).toBe(0);
  });

  it('a forgery does not use up the counter it claims', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture));
    const forged = wire.slice();
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    const view = bob.receiver('camera', ann);
    view.push(forged);
    view.push(wire);
    expect(view.received).toEqual([picture]);
    expect(bob.stats(view.id).dropped.unauthenticated).toBe(1);
  });

  it('reports proof of life once per binding, and only for an authenticated frame', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    const lives = () => bob.page.filter(({ type }) => type === 'alive');
    view.push(picture);
    expect(lives()).toEqual([]);
    view.push(present(send(picture)));
    view.push(present(send(picture)));
    expect(lives()).toEqual([{ type: 'alive', id: view.id, binding: view.id }]);
    bob.core.page({ type: 'expect', id: view.id, binding: 900, device: cyd });
    view.push(present(send(picture)));
    expect(lives().length).toBe(1);
    bob.core.page({ type: 'expect', id: view.id, binding: 901, device: ann });
    view.push(present(send(picture)));
    expect(lives().at(-1)).toEqual({ type: 'alive', id: view.id, binding: 901 });
  });
});

describe('epochs', () => {
  it('a sender changes at once; frames under way open for 10 s and no longer', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const late = Array.from({ length: 3 }, () => present(send(picture)));
    begin(2);
    expect(decodeMlsKid(numbered(present(send(picture))).kid).epoch).toBe(2);
    const view = bob.receiver('camera', ann);
    view.push(present(late[0]));
    clock.advance(9_999);
    view.push(present(late[1]));
    expect(view.received.length).toBe(2);
    expect(bob.core.heldEpochs()).toEqual([1, 2]);
    clock.advance(1);
    expect(bob.core.heldEpochs()).toEqual([2]);
    view.push(present(late[2]));
    expect(view.received.length).toBe(2);
    expect(bob.stats(view.id).dropped['no-key']).toBe(1);
  });

  it('does not use an old key whose timer is late', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture));
    begin(2);
    clock.jump(10_000);
    const view = bob.receiver('camera', ann);
    view.push(wire);
    expect(view.received).toEqual([]);
    expect(bob.core.heldEpochs()).toEqual([2]);
  });

  it('erases an epoch at once on request', () => {
    begin(1);
    const wire = present(alice.sender('camera').send(picture));
    begin(2);
    bob.core.group({ type: 'forget', epoch: 1 });
    expect(bob.core.heldEpochs()).toEqual([2]);
    const view = bob.receiver('camera', ann);
    view.push(wire);
    expect(view.received).toEqual([]);
  });

  it('overwrites the base key it was handed', () => {
    const message = epochMessage(1, 0, members);
    alice.core.group(message);
    expect(message.baseKey).toEqual(new Uint8Array(32));
  });

  it('holds frames of a newer epoch until its key comes', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    view.push(present(send(picture)));
    alice.core.group(epochMessage(2, 0, members));
    const early = Array.from({ length: 5 }, (_, i) => present(send(Uint8Array.of(i))));
    for (const wire of early) view.push(wire);
    expect(bob.stats(view.id).held).toBe(5);
    clock.advance(900);
    bob.core.group(epochMessage(2, 1, members));
    expect(view.received.slice(1)).toEqual(early.map((_, i) => Uint8Array.of(i)));
    expect(bob.stats(view.id)).toMatchObject({ held: 0, framesOut: 6, dropped: { 'no-key': 0 } });
  });

  it('gives up after 1 s or 60 frames and asks for a key frame when it can see again', () => {
    begin(1);
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    alice.core.group(epochMessage(2, 0, members));
    for (let i = 0; i < 70; i++) view.push(present(send(picture)));
    expect(bob.stats(view.id)).toMatchObject({ held: 60, dropped: { 'no-key': 10 } });
    clock.advance(1_500);
    expect(bob.stats(view.id)).toMatchObject({ held: 0, dropped: { 'no-key': 70 } });
    expect(bob.keyFrameRequests).toBe(0);
    bob.core.group(epochMessage(2, 1, members));
    expect(view.received).toEqual([]);
    view.push(present(send(picture)));
    view.push(present(send(picture)));
    expect(view.received.length).toBe(2);
    expect(bob.keyFrameRequests).toBe(1);
  });

  it('does not hold what is older than it knows', () => {
    begin(5);
    begin(6);
    const view = bob.receiver('camera', ann);
    view.push(ofEpochFour);
    expect(bob.stats(view.id)).toMatchObject({ held: 0, dropped: { 'no-key': 1 } });
  });

  it('follows a device through a rejoin under another leaf', () => {
    begin(1);
    const camera = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    view.push(present(camera.send(picture)));
    const after = { 1: bea, 2: cyd, 7: ann };
    alice.core.group({ type: 'restart' });
    alice.core.group(epochMessage(3, 7, after));
    bob.core.group(epochMessage(3, 1, after));
    view.push(present(camera.send(picture)));
    expect(view.received.length).toBe(2);
    // Somebody else in the leaf the device had is not the device.
    const thief = { 0: cyd, 1: bea, 7: ann };
    alice.core.group({ type: 'restart' });
    alice.core.group(epochMessage(4, 0, thief));
    bob.core.group(epochMessage(4, 1, thief));
    view.push(present(camera.send(picture)));
    expect(view.received.length).toBe(2);
  });

  it('refuses epochs that go back, and takes an epoch 256 later in the place of the old one', () => {
    begin(300);
    const old = present(alice.sender('camera').send(picture));
    bob.core.group(epochMessage(299, 1, members));
    expect(bob.group.at(-1)).toEqual({ type: 'refused', epoch: 299 });
    begin(556);
    expect(bob.core.heldEpochs()).toEqual([556]);
    const view = bob.receiver('camera', ann);
    view.push(old);
    expect(view.received).toEqual([]);
    expect(bob.stats(view.id).dropped.unauthenticated).toBe(1);
    view.push(present(alice.sender('camera').send(picture)));
    expect(view.received).toEqual([picture]);
  });

  it('close erases everything', () => {
    begin(1);
    const { send } = alice.sender('camera');
    alice.core.close();
    alice.core.close();
    expect(alice.core.heldEpochs()).toEqual([]);
    expect(send(picture)).toBeNull();
  });
});

describe('counters', () => {
  it('never repeat: two transforms of a source, repeated epochs, forgotten epochs, rejoin, new group', () => {
    const used = new Set<string>();
    let frames = 0;
    // A KID means another key in another epoch or group, so those are part of the name.
    const check = (era: string, wire: Uint8Array | null) => {
      if (wire === null) return;
      frames++;
      const { kid, ctr } = numbered(wire);
      const name = `${era}/${kid}/${ctr}`;
      expect(used.has(name), name).toBe(false);
      used.add(name);
    };
    const first = alice.sender('camera');
    const second = alice.sender('camera');
    const screen = alice.sender('screen');
    const burst = (era: string) => {
      for (let i = 0; i < 5; i++) {
        for (const { send } of [first, second, screen]) check(era, send(picture));
      }
    };
    alice.core.group(epochMessage(1, 0, members));
    burst('g0e1');
    alice.core.group(epochMessage(1, 0, members));
    burst('g0e1');
    expect(alice.group.filter(({ type }) => type === 'refused')).toEqual([]);
    alice.core.group(epochMessage(2, 0, members));
    burst('g0e2');
    alice.core.group(epochMessage(1, 0, members));
    burst('g0e2');
    alice.core.group({ type: 'forget', epoch: 2 });
    burst('g0e2');
    alice.core.group(epochMessage(2, 0, members));
    burst('g0e2');
    alice.core.group({ type: 'restart' });
    alice.core.group(epochMessage(2, 0, members));
    burst('g0e2');
    alice.core.group(epochMessage(1, 0, members));
    burst('g0e1');
    alice.core.group(epochMessage(1, 3, members, { group: 1 }));
    burst('g1e1');
    first.track.rebind({ role: 'seal', id: first.id, source: 'screen' });
    burst('g1e1');
    expect(frames).toBe(15 * 6);
    expect(used.size).toBe(frames);
  });

  it('one base key under two epoch numbers is refused', () => {
    alice.core.group(epochMessage(1, 0, members));
    const again = { ...epochMessage(1, 0, members), epoch: 2 };
    alice.core.group(again);
    expect(alice.group.at(-1)).toEqual({ type: 'refused', epoch: 2 });
  });
});
