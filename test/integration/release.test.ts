import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNpmTool } from '../support/npmTool.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let server: TestServer;
let build: string;
let fingerprint: string;

const verify = (...args: string[]) =>
  runNpmTool('verify', ['--manifest', join(build, 'release.json'), ...args, server.running.url]);

/** Lines of the tool's output about what differs. */
const different = (out: string) => out.split('\n').filter((line) => line.startsWith('DIFFERENT'));

async function fingerprintOf(keys: string): Promise<string> {
  const made = await runNpmTool('release:keys', ['--no-passphrase', join(folder, keys)]);
  expect(made.error).toBe('');
  return /Fingerprint: ([\d ]+)/.exec(made.out)?.[1] ?? '';
}

/** Changes one byte of a file, and has the server read its folder anew. */
async function alter(file: string): Promise<() => Promise<void>> {
  const path = join(build, file);
  const before = await readFile(path);
  const after = Buffer.from(before);
  const middle = after.length >> 1;
  after[middle] = (after[middle] ?? 0) ^ 1;
  const write = async (bytes: Buffer) => {
    await writeFile(path, bytes);
    await utimes(join(build, 'index.html'), new Date(), new Date());
  };
  await write(after);
  return () => write(before);
}

async function aFile(pattern: RegExp): Promise<string> {
  const found = (await readdir(join(build, 'assets'))).find((name) => pattern.test(name));
  if (found === undefined) throw new Error(`no file ${pattern}`);
  return `assets/${found}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-release-'));
  build = join(folder, 'dist');
  server = await startTestServer({ clientDir: build }, { publicUrl: null });
  await cp(join(root, 'client/dist'), build, { recursive: true });
  fingerprint = await fingerprintOf('keys');
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a build of the page', () => {
  it('names every file that is served, and each with its digest', async () => {
    const { files } = JSON.parse(await readFile(join(build, 'release.json'), 'utf8'));
    const served = (await readdir(build, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/^\.|\.(br|gz)$|^release\./.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(build.length));
    expect(Object.keys(files).sort()).toEqual(served.sort());
  });
});

describe('npm run verify', () => {
  it('finds a site that serves the build, and says that it is not signed', async () => {
    const ran = await verify();
    expect(different(ran.out)).toEqual([]);
    expect(ran).toMatchObject({ code: 0, error: '' });
    expect(ran.out).toContain('The release is not signed.');
    expect((await verify('--key', fingerprint)).code).toBe(1);
  });

  it('knows the key a release is signed with', async () => {
    const key = join(folder, 'keys', 'release-key.private.json');
    expect((await runNpmTool('release:sign', ['--key', key, build])).error).toBe('');
    const ran = await verify('--key', fingerprint);
    expect(different(ran.out)).toEqual([]);
    expect(ran.out).toContain(fingerprint);
    const other = await verify('--key', await fingerprintOf('other-keys'));
    expect(other.code).toBe(1);
    expect(different(other.out).join()).toContain('signed by another key');
  });

  it('finds one changed byte in a chunk, in its compressed twin, in a worker and in WebAssembly', async () => {
    const patterns = [
      /^SealPanel-[\w-]+\.js$/,
      /^ChatPanel-[\w-]+\.js\.br$/,
      /^meetingWorker-[\w-]+\.js$/,
      /\.wasm$/,
    ];
    const files = await Promise.all(patterns.map(aFile));
    const restores = await Promise.all(files.map(alter));
    const ran = await verify();
    for (const restore of restores) await restore();
    expect(ran.code).toBe(1);
    const found = different(ran.out);
    expect(found.length).toBe(files.length);
    for (const file of files) expect(found.join()).toContain(`/${file.replace(/\.br$/, '')}`);
    expect((await verify()).code).toBe(0);
  });

  it('refuses to sign a build that was changed', async () => {
    const restore = await alter(await aFile(/^services-[\w-]+\.js$/));
    const key = join(folder, 'keys', 'release-key.private.json');
    const ran = await runNpmTool('release:sign', ['--key', key, build]);
    await restore();
    expect(ran.code).toBe(1);
    expect(ran.error).toMatch(/services.*is not what the build wrote/);
  });

  it('opens a key under its passphrase only', async () => {
    const words = 'nine words that nobody would guess by themselves';
    const keys = join(folder, 'locked');
    expect((await runNpmTool('release:keys', [keys], { input: `${words}\n` })).code).toBe(0);
    const sign = (input: string) =>
      runNpmTool('release:sign', ['--key', join(keys, 'release-key.private.json'), build], { input });
    expect((await sign('other words\n')).error).toContain('does not open');
    expect((await sign(`${words}\n`)).code).toBe(0);
  });
});
