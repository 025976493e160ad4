import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coturnConfig } from '../../server/turn/coturn.ts';
import { runNpmTool } from '../support/npmTool.ts';

const turn = {
  urls: ['turn:turn.example.org', 'turns:turn.example.org:443?transport=tcp'],
  secret: 'the secret of both',
};
const settings = {
  SEALROOM_TURN_URLS: turn.urls.join(','),
  SEALROOM_TURN_SECRET: turn.secret,
  SEALROOM_ANNOUNCED_ADDRESS: '192.0.2.5,2001:db8::5',
};
const media = ['192.0.2.5', '2001:db8::5'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealroom-turn-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = settings) =>
  runNpmTool('turn:config', args, { env });

describe('npm run turn:config', () => {
  it('writes the file of coturn for nobody else to read, over an open one too', async () => {
    const files = { certFile: '/etc/chain.pem', keyFile: '/etc/key.pem' };
    const out = join(folder, 'coturn.conf');
    writeFileSync(out, 'an older one, with more in it'.repeat(1_000), { mode: 0o644 });
    const listen = ['192.0.2.6', '192.0.2.7'];
    const args = ['--cert', files.certFile, '--key', files.keyFile, '--out', out];
    const ran = await run([...listen.flatMap((address) => ['--listen', address]), ...args]);
    expect(ran).toEqual({ code: 0, out: '', error: '' });
    expect(readFileSync(out, 'utf8')).toBe(coturnConfig({ turn, tls: files, media, listen }));
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it('makes a new file closed, and prints where none is named', async () => {
    const out = join(folder, 'new.conf');
    const [printed, written] = await Promise.all([run([]), run(['--out', out])]);
    expect(written).toMatchObject({ code: 0, out: '' });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(printed).toEqual({ code: 0, out: readFileSync(out, 'utf8'), error: '' });
    expect(printed.out).toBe(coturnConfig({ turn, tls: null, media, listen: [] }));
  });

  it('says what to set where the settings name no TURN, and writes nothing', async () => {
    const out = join(folder, 'none.conf');
    const ran = await run(['--out', out], {});
    expect(ran).toMatchObject({ code: 1, out: '', error: expect.stringContaining('Set SEALROOM_TURN_URLS') });
    expect(() => statSync(out)).toThrow('ENOENT');
  });

  it('says where a name is not known, and where the file cannot be', async () => {
    const [nameless, nowhere] = await Promise.all([
      run([], { ...settings, SEALROOM_ANNOUNCED_ADDRESS: 'media.invalid' }),
      run(['--out', join(folder, 'missing/coturn.conf')]),
    ]);
    expect(nameless).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^SEALROOM_ANNOUNCED_ADDRESS: /),
    });
    expect(nowhere).toMatchObject({ code: 1, error: expect.stringMatching(/^Cannot write .* \(ENOENT\)/) });
  });

  it('takes a certificate only with its key, and no argument it does not know', async () => {
    const [half, unknown] = await Promise.all([run(['--cert', '/etc/chain.pem']), run(['--listening', 'x'])]);
    for (const ran of [half, unknown]) {
      expect(ran).toMatchObject({
        code: 1,
        out: '',
        error: expect.stringMatching(/^Usage: npm run turn:config/),
      });
    }
  });
});
