import { beforeEach, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../client/e2ee/frames/checkpoint.ts';
import { device, epochMessage, ManualClock, Party, present } from './fixture.ts';

const ann = device(1);
const bea = device(2);
const members = { 0: ann, 1: bea };
const picture = new Uint8Array(200).fill(7);

let clock: ManualClock;
let alice: Party;
let mallory: Party;
let bob: Party;

beforeEach(async () => {
  clock = new ManualClock();
  [alice, mallory, bob] = [await Party.create(clock), await Party.create(clock), await Party.create(clock)];
  alice.core.group({ type: 'authorship', enforce: true });
  bob.core.group({ type: 'authorship', enforce: true });
  alice.core.group(epochMessage(1, 0, members));
  bob.core.group(epochMessage(1, 1, members));
  // A member knows every sender's keys: here it seals as if it were Ann.
  mallory.core.group(epochMessage(1, 0, members));
});

/** Advances a second at a time, delivering Ann's checkpoints as the verified ones of `from`. */
function seconds(count: number, from = ann): void {
  for (let i = 0; i < count; i++) {
    clock.advance(1_000);
    for (const message of alice.group.splice(0)) {
      if (message.type !== 'checkpoint') continue;
      bob.core.group({ type: 'checkpoint', device: from, bytes: message.bytes });
    }
  }
}

const states = () => bob.page.flatMap((message) => (message.type === 'authorship' ? [message.state] : []));

describe('checkpoint bytes', () => {
  it('come back as they were, and nothing else parses', () => {
    const checkpoint = {
      epoch: 2 ** 40 + 1,
      runs: [
        { kid: 0x1_0000_01, firstCtr: 5, hashes: new Uint8Array(48).fill(1) },
        { kid: 0x2_0000_01, firstCtr: 2 ** 33, hashes: new Uint8Array(16).fill(2) },
      ],
    };
    const bytes = encodeCheckpoint(checkpoint);
    expect(bytes.length).toBe(11 + 2 * 18 + 64);
    expect(decodeCheckpoint(bytes)).toEqual(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeCheckpoint(bytes.subarray(0, length))).toBeNull();
    }
    expect(decodeCheckpoint(new Uint8Array([...bytes, 0]))).toBeNull();
    expect(decodeCheckpoint(new Uint8Array([2, ...bytes.subarray(1)]))).toBeNull();
  });
});

describe('frame authorship', () => {
  it('lets covered frames through for as long as they come, across epochs and sources', () => {
    const camera = alice.sender('camera');
    const screen = alice.sender('screen');
    const view = bob.receiver('camera', ann);
    const shared = bob.receiver('screen', ann);
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 10; i++) {
        view.push(present(camera.send(picture)));
        shared.push(present(screen.send(picture)));
      }
      if (second === 15) {
        alice.core.group(epochMessage(2, 0, members));
        bob.core.group(epochMessage(2, 1, members));
      }
      seconds(1);
    }
    expect(view.received.length).toBe(300);
    expect(shared.received.length).toBe(300);
    expect(states()).toEqual([]);
  });

  it('states each frame once, in one message per epoch', () => {
    const { send } = alice.sender('camera');
    for (let i = 0; i < 4; i++) send(picture);
    alice.core.group(epochMessage(2, 0, members));
    send(picture);
    clock.advance(3_000);
    const stated = alice.group.flatMap((message) =>
      message.type === 'checkpoint' ? [present(decodeCheckpoint(message.bytes))] : [],
    );
    expect(stated.map(({ epoch, runs }) => [epoch, runs.map((run) => run.hashes.length / 16)])).toEqual([
      [1, [4]],
      [2, [1]],
    ]);
  });

  it('cuts a sender whose frames nobody signed, after 5 s and for as long as they come', () => {
    const { send } = mallory.sender('camera');
    const view = bob.receiver('camera', ann);
    for (let i = 0; i < 40; i++) {
      view.push(present(send(picture)));
      clock.advance(500);
    }
    expect(view.received.length).toBeLessThanOrEqual(11);
    expect(states()).toEqual(['unsigned']);
    expect(bob.stats(view.id).dropped.unsigned).toBe(40 - view.received.length);
  });

  it('is not fooled by a checkpoint that somebody else signed', () => {
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    for (let i = 0; i < 8; i++) {
      view.push(present(send(picture)));
      seconds(1, bea);
    }
    expect(states()).toEqual(['unsigned']);
  });

  it('lets the sender back when late checkpoints cover everything, with a key frame', () => {
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    const held: Uint8Array<ArrayBuffer>[] = [];
    for (let i = 0; i < 7; i++) {
      view.push(present(send(picture)));
      clock.advance(1_000);
      for (const message of alice.group.splice(0))
        if (message.type === 'checkpoint') held.push(message.bytes);
    }
    expect(states()).toEqual(['unsigned']);
    const before = view.received.length;
    for (const bytes of held) bob.core.group({ type: 'checkpoint', device: ann, bytes });
    expect(states()).toEqual(['unsigned', 'covered']);
    view.push(present(send(picture)));
    expect(view.received.length).toBe(before + 1);
    expect(bob.keyFrameRequests).toBe(1);
  });

  it('a frame unlike the one signed for is a forgery, final until the track is bound anew', () => {
    const real = present(alice.sender('camera').send(picture));
    const fake = present(mallory.sender('camera').send(new Uint8Array(200).fill(8)));
    const view = bob.receiver('camera', ann);
    view.push(fake);
    expect(view.received.length).toBe(1);
    seconds(1);
    expect(states()).toEqual(['forged']);
    view.push(real);
    seconds(20);
    view.push(present(alice.sender('camera').send(picture)));
    expect(view.received.length).toBe(1);
    bob.core.page({ type: 'expect', id: view.id, binding: 5_000, device: ann });
    const next = present(alice.sender('camera').send(picture));
    view.push(next);
    seconds(4);
    expect(view.received.length).toBe(2);
    expect(states().at(-1)).toBe('forged');
  });

  it('covers frames that arrive after their checkpoint, and not forgeries of them', () => {
    const { send } = alice.sender('camera');
    const forge = mallory.sender('camera');
    const view = bob.receiver('camera', ann);
    const late = present(send(picture));
    send(picture);
    forge.send(picture);
    const fake = present(forge.send(new Uint8Array(9)));
    seconds(1);
    view.push(late);
    seconds(5);
    expect(states()).toEqual([]);
    view.push(fake);
    expect(states()).toEqual(['forged']);
    expect(view.received.length).toBe(1);
  });

  it('states again what could not be sent, and nothing is lost between keys and switching on', () => {
    const { send } = mallory.sender('camera');
    const view = bob.receiver('camera', ann);
    for (let i = 0; i < 3; i++) view.push(present(send(picture)));
    mallory.core.group({ type: 'authorship', enforce: true });
    for (let i = 0; i < 2; i++) {
      clock.advance(1_000);
      for (const message of mallory.group.splice(0)) {
        if (message.type === 'checkpoint') mallory.core.group({ type: 'unsent', bytes: message.bytes });
      }
      view.push(present(send(picture)));
    }
    clock.advance(1_000);
    const runs = mallory.group.flatMap((message) =>
      message.type === 'checkpoint' ? present(decodeCheckpoint(message.bytes)).runs : [],
    );
    expect(runs.reduce((sum, run) => sum + run.hashes.length / 16, 0)).toBe(5);
    for (const message of mallory.group) {
      if (message.type === 'checkpoint') {
        bob.core.group({ type: 'checkpoint', device: ann, bytes: message.bytes });
      }
    }
    clock.advance(5_000);
    view.push(present(send(picture)));
    expect(view.received.length).toBe(6);
    expect(states()).toEqual([]);
  });

  it('fits every checkpoint into a datagram', () => {
    const { send } = alice.sender('camera');
    for (let i = 0; i < 4_000; i++) send(Uint8Array.of(1));
    clock.advance(1_000);
    const stated = alice.group.flatMap((message) => (message.type === 'checkpoint' ? [message.bytes] : []));
    expect(stated.length).toBe(3);
    for (const bytes of stated) expect(bytes.length).toBeLessThan(30_000);
    const ctrs = stated.flatMap((bytes) => present(decodeCheckpoint(bytes)).runs.map((run) => run.firstCtr));
    expect(ctrs).toEqual([0, 1_500, 3_000]);
  });

  it('lets frames go whose checkpoints an outage swallowed, but not again and again', () => {
    const { send } = mallory.sender('camera');
    const view = bob.receiver('camera', ann);
    view.push(present(send(picture)));
    clock.advance(6_000);
    expect(states()).toEqual(['unsigned']);
    bob.core.group({ type: 'reconnected' });
    expect(states()).toEqual(['unsigned', 'covered']);
    view.push(present(send(picture)));
    expect(view.received.length).toBe(2);
    clock.advance(6_000);
    bob.core.group({ type: 'reconnected' });
    view.push(present(send(picture)));
    expect(view.received.length).toBe(2);
    expect(states().at(-1)).toBe('unsigned');
  });

  it('leaves nothing unsigned behind when a sender rejoins', () => {
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    view.push(present(send(picture)));
    alice.core.group({ type: 'restart' });
    seconds(2);
    alice.core.group(epochMessage(3, 0, members));
    bob.core.group(epochMessage(3, 1, members));
    for (let i = 0; i < 10; i++) {
      view.push(present(send(picture)));
      seconds(1);
    }
    expect(view.received.length).toBe(11);
    expect(states()).toEqual([]);
  });

  it('does not confuse two groups whose epochs have the same numbers', () => {
    const { send } = alice.sender('camera');
    const view = bob.receiver('camera', ann);
    view.push(present(send(picture)));
    for (const [party, leaf] of [
      [alice, 0],
      [bob, 1],
    ] as const) {
      party.core.group({ type: 'restart' });
      party.core.group(epochMessage(1, leaf, members, { group: 1 }));
    }
    for (let i = 0; i < 10; i++) {
      view.push(present(send(Uint8Array.of(i))));
      seconds(1);
    }
    expect(view.received.length).toBe(11);
    expect(states()).toEqual([]);
  });

  it('off, it neither hashes nor cuts', () => {
    bob.core.group({ type: 'authorship', enforce: false });
    const { send } = mallory.sender('camera');
    const view = bob.receiver('camera', ann);
    for (let i = 0; i < 10; i++) {
      view.push(present(send(picture)));
      clock.advance(1_000);
    }
    expect(view.received.length).toBe(10);
    expect(mallory.group.filter(({ type }) => type === 'checkpoint')).toEqual([]);
  });
});
