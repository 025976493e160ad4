import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksRandom, randomnessOf } from '../../support/randomness.ts';
import { framesOf, readRtp } from '../../support/rtp.ts';
import { Search } from '../../support/search.ts';
import { Wire } from '../../support/wire.ts';

describe('randomness', () => {
  it('passes random bytes, and tells structure from them', () => {
    const random = randomBytes(200_000);
    expect(looksRandom(randomnessOf(random))).toBe(true);
    const text = Buffer.from('all work and no play '.repeat(5_000));
    expect(looksRandom(randomnessOf(text))).toBe(false);
    // A header of four constant bytes before each 160 random ones.
    const headed = Buffer.concat(
      Array.from({ length: 1_000 }, (_, i) =>
        Buffer.concat([Buffer.from([0x90, 0, 1, 2]), random.subarray(i * 160, i * 160 + 160)]),
      ),
    );
    expect(looksRandom(randomnessOf(headed))).toBe(false);
    const repeated = Buffer.concat([random.subarray(0, 16_000), random.subarray(0, 160)]);
    expect(looksRandom(randomnessOf(repeated))).toBe(false);
  });
});

describe('secrets', () => {
  it('are found in every form, at every alignment', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 24 }),
        fc.uint8Array({ maxLength: 7 }),
        fc.uint8Array({ maxLength: 7 }),
        fc.constantFrom('utf8', 'utf16le', 'hex', 'base64', 'base64url'),
        (secret, before, after, form) => {
          const bytes = Buffer.concat([before, Buffer.from(secret), after]);
          const written =
            form === 'utf16le'
              ? Buffer.concat([before, Buffer.from(secret, 'utf16le'), after])
              : form === 'utf8'
                ? bytes
                : Buffer.from(bytes.toString(form));
          const search = new Search();
          search.addText('name', secret);
          expect(search.in(written)).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are not found elsewhere', () => {
    const search = new Search();
    search.addText('a', 'Annemarie');
    search.addBytes('b', randomBytes(16));
    expect(search.in(randomBytes(1_000_000))).toEqual([]);
    expect(() => search.addBytes('short', randomBytes(5))).toThrow('too short');
  });
});

describe('frames out of RTP', () => {
  const packet = (sequence: number, payload: number[], marker = false, ssrc = 7) => {
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(marker ? 0xe0 : 0x60, 1);
    header.writeUInt16BE(sequence, 2);
    header.writeUInt32BE(ssrc, 8);
    return readRtp(Buffer.concat([header, Buffer.from(payload)]));
  };

  it('VP8: descriptor with a 15 bit picture id, TL0PICIDX and TID taken off', () => {
    const start = [0x90, 0xe0, 0x81, 0x23, 0x44, 0x20];
    const more = [0x80, 0xe0, 0x81, 0x23, 0x44, 0x20];
    const packets = [
      packet(1, [...start, 1, 2]),
      packet(2, [...more, 3], true),
      // The end of the second frame is lost.
      packet(3, [...start, 4]),
      packet(5, [...more, 9], true),
      packet(6, [0x10, 6], true),
    ];
    expect(framesOf('video/VP8', packets).map((frame) => [...frame])).toEqual([[1, 2, 3], [6]]);
  });

  it('VP9: a frame per layer, scalability structure and references taken off', () => {
    // I L B V; picture id 2 bytes; layer, TL0PICIDX; structure of 2 layers with sizes and one picture with 1 reference.
    const first = [0xaa, 0x81, 0x02, 0x00, 0x05, 0x38, 1, 64, 0, 180, 2, 128, 1, 104, 1, 0x14, 0x01];
    const packets = [
      packet(1, [...first, 11, 12]),
      // I P F L E B flexible: picture id, layer, two reference indices.
      packet(2, [0xfc, 0x05, 0x20, 0x03, 0x04, 21], true),
    ];
    expect(framesOf('video/VP9', packets).map((frame) => [...frame])).toEqual([[11, 12], [21]]);
  });
});

describe('the wire', () => {
  it('writes down WebSocket messages unmasked, and can be cut', async () => {
    const echo = createServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n'));
      socket.on('error', () => undefined);
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const address = echo.address();
    const wire = await Wire.open(() => (typeof address === 'object' ? (address?.port ?? 0) : 0));
    try {
      const client = connect(wire.port, '127.0.0.1');
      client.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
      await once(client, 'data');
      const key = [1, 2, 3, 4];
      const body = Buffer.from('a planted marker');
      const masked = body.map((byte, i) => byte ^ (key[i % 4] ?? 0));
      client.write(Buffer.concat([Buffer.from([0x81, 0x80 | body.length, ...key]), masked]));
      while (!wire.toServer().some((bytes) => bytes.includes(body))) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(wire.toBrowser()[0]?.toString()).toContain('101');
      const ended = once(client, 'close');
      wire.cut();
      await ended;
      const refused = connect(wire.port, '127.0.0.1');
      refused.on('error', () => undefined);
      await once(refused, 'close');
      expect(wire.toServer()).toHaveLength(1);
    } finally {
      await wire.close();
      echo.close();
    }
  });
});
