import { describe, expect, it } from 'vitest';
import { deviceErrorOf } from '../../../client/media/deviceError.ts';
import { faultOf } from '../../../client/media/deviceFault.ts';
import { chooseDevice, listDevices } from '../../../client/media/deviceList.ts';
import { DeviceMemory } from '../../../client/media/deviceMemory.ts';
import { Devices, permissionOf } from '../../../client/media/devices.ts';

describe('listDevices', () => {
  it('sorts by kind and leaves out what has no id yet', () => {
    const lists = listDevices([
      { kind: 'audioinput', deviceId: 'm', label: 'Desk' },
      { kind: 'audioinput', deviceId: 'm', label: 'Desk again' },
      { kind: 'videoinput', deviceId: '', label: '' },
      { kind: 'audiooutput', deviceId: 's', label: 'Room' },
    ]);
    expect(lists).toEqual({
      microphone: [{ id: 'm', label: 'Desk' }],
      camera: [],
      speaker: [{ id: 's', label: 'Room' }],
    });
    expect(chooseDevice(lists.microphone, 'm')).toBe('m');
    expect(chooseDevice(lists.microphone, 'unplugged')).toBeNull();
  });
});

describe('deviceErrorOf', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'no-device'],
    ['OverconstrainedError', 'no-device'],
    ['NotReadableError', 'in-use'],
    ['SecurityError', 'insecure'],
  ])('%s is %s', (name, code) => {
    expect(deviceErrorOf(new DOMException('', name)).code).toBe(code);
  });
});

describe('permissionOf', () => {
  it('is granted when either works, and otherwise says what stands in the way', () => {
    expect(permissionOf('granted', 'no-device')).toBe('granted');
    expect(permissionOf('asking', 'granted')).toBe('asking');
    expect(permissionOf('idle', 'idle')).toBe('unknown');
    expect(permissionOf('no-device', 'denied')).toBe('denied');
    expect(permissionOf('no-device', 'in-use')).toBe('in-use');
    expect(permissionOf('insecure', 'insecure')).toBe('denied');
  });
});

describe('faultOf', () => {
  it('names what a person can do something about', () => {
    expect((['denied', 'insecure', 'no-device', 'in-use'] as const).map(faultOf)).toEqual([
      'denied',
      'denied',
      'no-device',
      'in-use',
    ]);
    expect((['idle', 'asking', 'granted'] as const).map(faultOf)).toEqual([null, null, null]);
  });
});

describe('DeviceMemory', () => {
  it('works where storage refuses', () => {
    const refuse = () => {
      throw new Error('forbidden');
    };
    const memory = new DeviceMemory({ getItem: refuse, setItem: refuse });
    expect(memory.get('camera')).toBeNull();
    memory.set('camera', 'c');
    expect(memory.get('camera')).toBe('c');
  });
});

describe('Devices on a page without access to hardware', () => {
  it('say so', async () => {
    const devices = new Devices({ mediaDevices: null, storage: null });
    await expect(devices.startCamera()).rejects.toMatchObject({ code: 'insecure' });
    await expect(devices.startScreen()).rejects.toMatchObject({ code: 'insecure' });
    await devices.startBoth();
    expect(devices.snapshot()).toMatchObject({ permission: 'denied', canShareScreen: false });
    devices.close();
    devices.close();
  });
});
