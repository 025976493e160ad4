import { describe, expect, it } from 'vitest';
import {
  addressIn,
  decode,
  encode,
  isSigned,
  newId,
  xorAddress,
} from '../../../server/doctor/stunMessage.ts';
import { StartError } from '../../../server/startError.ts';
import { coturnConfig, mediaAddresses } from '../../../server/turn/coturn.ts';
import { placeOf } from '../../../server/turn/place.ts';

const options = {
  turn: { urls: ['turn:turn.test', 'turns:turn.test:443?transport=tcp'], secret: 'sixteen letters!' },
  tls: { certFile: '/etc/chain.pem', keyFile: '/etc/key.pem' },
  media: ['192.0.2.5', '2001:db8::5'],
  listen: ['192.0.2.6'],
};

const settingsOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the configuration of coturn', () => {
  it('serves the addresses of the settings, with their secret, and relays to the media ports only', () => {
    const lines = settingsOf(coturnConfig(options));
    expect(lines).toEqual(
      expect.arrayContaining([
        'listening-ip=192.0.2.6',
        'listening-port=3478',
        'tls-listening-port=443',
        'no-tcp',
        'cert=/etc/chain.pem',
        'use-auth-secret',
        'static-auth-secret=sixteen letters!',
        'realm=turn.test',
      ]),
    );
    expect(lines.filter((line) => line.includes('peer-ip'))).toEqual([
      'allowed-peer-ip=192.0.2.5',
      'allowed-peer-ip=2001:db8::5',
      'denied-peer-ip=0.0.0.0-255.255.255.255',
      'denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
    expect(lines).not.toContain('allow-loopback-peers');
  });

  it('opens nothing that the settings do not name', () => {
    const plain = settingsOf(
      coturnConfig({ ...options, turn: { ...options.turn, urls: ['turn:t?transport=tcp'] } }),
    );
    expect(plain).toEqual(expect.arrayContaining(['no-udp', 'no-tls', 'no-dtls', 'no-cli']));
    expect(plain.some((line) => line.startsWith('cert='))).toBe(false);
  });

  it('is refused where coturn could not be like that', () => {
    const made =
      (...urls: string[]) =>
      () =>
        coturnConfig({ ...options, turn: { ...options.turn, urls } });
    expect(made('turn:t:1', 'turn:t:2')).toThrow(StartError);
    expect(made('turns:t?transport=udp')).toThrow(/cannot serve turns:t/);
  });

  it('allows what host names stand for', async () => {
    const resolve = async (name: string) => (name === 'meet.test' ? ['192.0.2.5', '2001:db8::5'] : []);
    expect(await mediaAddresses(['meet.test', '192.0.2.5'], resolve)).toEqual(['192.0.2.5', '2001:db8::5']);
  });
});

describe('placeOf', () => {
  it('reads addresses with the default ports of RFC 7065', () => {
    expect(placeOf('turn:t.test')).toEqual({ host: 't.test', port: 3478, transport: 'udp' });
    expect(placeOf('turn:[::1]:99?transport=tcp')).toEqual({ host: '::1', port: 99, transport: 'tcp' });
    expect(placeOf('turns:t.test')).toEqual({ host: 't.test', port: 5349, transport: 'tls' });
    expect(placeOf('turns:t.test:443?transport=udp')).toBeNull();
    expect(placeOf('https://t.test')).toBeNull();
  });
});

describe('STUN messages', () => {
  it('carry addresses of both families', () => {
    const id = newId();
    for (const address of ['192.0.2.5', '2001:db8::5', '::1']) {
      expect(addressIn(xorAddress(address, 4_000, id), id)).toBe(address);
    }
    // RFC 5769 section 2.2: 192.0.2.1, port 32853.
    const vector = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');
    expect(xorAddress('192.0.2.1', 32_853, vector).toString('hex')).toBe('0001a147e112a643');
  });

  it('hold only with their own signature', () => {
    const bytes = encode({
      type: 1,
      id: newId(),
      attributes: [[6, Buffer.from('abc')]],
      key: 'k',
      fingerprint: true,
    });
    const message = decode(bytes);
    expect(message && isSigned(message, 'k')).toBe(true);
    expect(message && isSigned(message, 'other')).toBe(false);
    expect(decode(bytes.subarray(0, 30))).toBeNull();
  });
});
