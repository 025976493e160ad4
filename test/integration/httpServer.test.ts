import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartError } from '../../server/startError.ts';
import { lanCertificate } from '../../server/tools/lanCertificate.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { founding, Host } from './http/genesis.ts';
import { HttpSite } from './http/site.ts';

let site: HttpSite;

beforeAll(async () => {
  site = await HttpSite.start();
}, 600_000);

afterAll(() => site?.close());

describe('the server', () => {
  it('keeps its data folder to its owner', () => {
    expect(statSync(join(site.folder, 'main')).mode & 0o777).toBe(0o700);
  });

  it('names the setting when its port is taken, and leaves nothing behind', async () => {
    const attempt = site.startOther('taken', { port: site.server.port });
    await expect(attempt).rejects.toThrow(StartError);
    await expect(attempt).rejects.toThrow(/SEALROOM_PORT/);
  });

  it('names the setting when a media port is taken', async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const media = { ...site.configuration('media-a').media, port };
    const first = await site.startOther('media-a', { media });
    try {
      const second = site.startOther('media-b', { media });
      await expect(second).rejects.toThrow(/SEALROOM_MEDIA_PORT/);
    } finally {
      await first.close();
    }
  });

  it('names the setting when its data folder cannot be one', async () => {
    writeFileSync(join(site.folder, 'a-file'), '');
    const attempt = site.startOther('a-file');
    await expect(attempt).rejects.toThrow(/SEALROOM_DATA/);
  });

  it('tells sockets when it stops, and stops once', async () => {
    const other = await site.startOther('stopping');
    const host = new Host();
    const url = `http://127.0.0.1:${other.port}`;
    await fetch(`${url}/api/meetings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(founding(host.genesis())),
    });
    const socket = io(url, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      auth: { protocol: PROTOCOL_VERSION, meeting: host.meeting },
    });
    await new Promise((resolve) => socket.once('session:challenge', resolve));
    const reason = new Promise((resolve) => socket.once('session:closed', resolve));
    await Promise.all([other.close(), other.close()]);
    expect(await reason).toEqual({ reason: 'stopping' });
    socket.close();
    expect(other.media.workerPids).toEqual([]);
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });

  it('speaks HTTPS with a certificate of its own for the local network', async () => {
    const tls = await lanCertificate(join(site.folder, 'lan'), ['192.0.2.44']);
    expect(statSync(tls.keyFile).mode & 0o777).toBe(0o600);
    const made = statSync(tls.certFile).mtimeMs;
    await delay(5);
    expect(statSync((await lanCertificate(join(site.folder, 'lan'), ['192.0.2.44'])).certFile).mtimeMs).toBe(
      made,
    );
    await lanCertificate(join(site.folder, 'lan'), ['192.0.2.44', '192.0.2.45']);
    expect(statSync(tls.certFile).mtimeMs).not.toBe(made);

    const other = await site.startOther('lan', { tls, host: '127.0.0.1' });
    try {
      expect(other.url).toBe(`https://localhost:${other.port}`);
      const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
        const ca = readFileSync(tls.certFile);
        request(
          { host: '127.0.0.1', port: other.port, path: '/', ca, servername: 'localhost' },
          (response) => {
            response.resume();
            resolve(response.headers);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
      expect(headers['content-security-policy']).toContain(`wss://127.0.0.1:${other.port}`);
    } finally {
      await other.close();
    }
  });
});
