import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { personFlags } from '../support/browser.ts';
import { chromiumPath } from '../support/chromium.ts';
import { PUBLIC_URL } from '../support/server.ts';
import type { FilesServers } from './filesServers.ts';

/**
 * A large file through the real page, workers and server, against a plain upload of the same file from the
 * same browser in the same run. Prints a table and JSON. An argument sets the size in MiB.
 */

const MIB = 1024 ** 2;
const size = Number(process.argv[2] ?? 300) * MIB;
const ROUNDS = 3;

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes below this one that run pages. Linux only. */
function renderers(): number[] {
  const all = readdirSync('/proc').flatMap((entry): Process[] => {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      return [{ pid: field('Pid'), parent: field('PPid'), command }];
    } catch {
      return [];
    }
  });
  const family = new Set([process.pid]);
  for (let known = 0; known < family.size; ) {
    known = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  return all
    .filter(({ pid, command }) => family.has(pid) && command.includes('--type=renderer'))
    .map(({ pid }) => pid);
}

/** Resident bytes of a process; 0 once it is gone. */
function resident(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** How much the process that grew most has grown at its peak while something runs, bytes. */
async function growth<Value>(run: () => Promise<Value>): Promise<[Value, number]> {
  const before = renderers().map((pid) => ({ pid, bytes: resident(pid) }));
  let most = 0;
  const timer = setInterval(() => {
    for (const { pid, bytes } of before) most = Math.max(most, resident(pid) - bytes);
  }, 100);
  try {
    return [await run(), most];
  } finally {
    clearInterval(timer);
  }
}

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = new Uint8Array(MIB);
  for (let at = 0; at < size; at += MIB) {
    for (let i = 0; i < MIB; i += 65_536) crypto.getRandomValues(block.subarray(i, i + 65_536));
    await file.write(block);
  }
  await file.close();
}

/** Both servers in one process of their own, as a site's server is: what a test's process holds makes its memory slow. */
async function startServers(): Promise<{ readonly ports: FilesServers; readonly stop: () => Promise<void> }> {
  const servers = fork(fileURLToPath(new URL('filesServers.ts', import.meta.url)), [folder]);
  // What the process there sends first.
  const [ports] = (await once(servers, 'message')) as [FilesServers];
  const stop = async () => {
    servers.disconnect();
    await once(servers, 'exit');
  };
  return { ports, stop };
}

/** Seconds until the server has answered. */
async function plainUpload(page: Page, path: string): Promise<number> {
  await page.setInputFiles('input', path);
  return page.evaluate(async () => {
    const input = document.querySelector('input');
    const began = performance.now();
    await (await fetch('/', { method: 'PUT', body: input?.files?.[0] ?? null })).text();
    return (performance.now() - began) / 1000;
  });
}

/** Seconds from the choice of the file until everybody can fetch it. */
async function sealedUpload(page: Page, path: string): Promise<number> {
  const before = await page.locator('.chat-message').count();
  await page.evaluate(() => {
    document
      .querySelector('.composer input[type=file]')
      ?.addEventListener('change', () => Object.assign(window, { began: performance.now() }), {
        capture: true,
        once: true,
      });
  });
  await page.setInputFiles('.composer input[type=file]', path);
  const ready = await page.waitForFunction(
    (count) =>
      document.querySelectorAll('.chat-message').length > count &&
      document.querySelector('.chat-message:last-child .lucide-download') &&
      performance.now(),
    before,
    { timeout: 300_000, polling: 'raf' },
  );
  const began = await page.evaluate(() => Number(Reflect.get(window, 'began')));
  return (Number(await ready.jsonValue()) - began) / 1000;
}

/** Seconds to fetch, open, verify and write the last file. */
async function sealedDownload(page: Page): Promise<number> {
  const began = performance.now();
  await page.locator('.chat-message:last-child .icon-button:has(.lucide-download)').click();
  await page.locator('.chat-message:last-child').getByText('saved and checked').waitFor({ timeout: 300_000 });
  return (performance.now() - began) / 1000;
}

async function startMeeting(page: Page): Promise<void> {
  await page.goto(PUBLIC_URL);
  await page.getByRole('button', { name: 'Start a meeting' }).click();
  await page.getByRole('button', { name: 'Go in' }).click();
  await page.getByLabel('Your name').fill('Ann');
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  await page.getByRole('button', { name: /^Chat/ }).click();
  await page.locator('.composer').waitFor();
}

const folder = await mkdtemp(join(tmpdir(), 'sealroom-files-'));
const path = join(folder, 'large.bin');
await writeRandom(path);
const { ports, stop } = await startServers();
// A profile on the disk, as people have: only a private window keeps its private storage in memory.
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath: chromiumPath,
  locale: 'en',
  args: [
    ...personFlags,
    '--use-fake-ui-for-media-stream',
    `--host-resolver-rules=MAP ${new URL(PUBLIC_URL).host}:80 127.0.0.1:${ports.sealroom}`,
  ],
});
try {
  const plainPage = await context.newPage();
  await plainPage.goto(`http://127.0.0.1:${ports.plain}/`);
  const page = await context.newPage();
  await page.addInitScript(() => {
    // A place of the browser's own, since nobody is here to answer.
    Object.assign(window, {
      showSaveFilePicker: async () =>
        (await navigator.storage.getDirectory()).getFileHandle('saved', { create: true }),
    });
  });
  await startMeeting(page);
  const plainSeconds: number[] = [];
  const upSeconds: number[] = [];
  const downSeconds: number[] = [];
  let upGrowth = 0;
  let downGrowth = 0;
  for (let round = 0; round < ROUNDS; round++) {
    plainSeconds.push((await growth(() => plainUpload(plainPage, path)))[0]);
    const [up, upMost] = await growth(() => sealedUpload(page, path));
    upSeconds.push(up);
    upGrowth = Math.max(upGrowth, upMost);
    const [down, downMost] = await growth(() => sealedDownload(page));
    downSeconds.push(down);
    downGrowth = Math.max(downGrowth, downMost);
  }
  const rate = (seconds: readonly number[]) => Math.round(size / MIB / median(seconds));
  const result = {
    fileMiB: size / MIB,
    plainUploadMiBps: rate(plainSeconds),
    sealedUploadMiBps: rate(upSeconds),
    uploadRatio: Math.round((100 * median(plainSeconds)) / median(upSeconds)) / 100,
    sealedDownloadMiBps: rate(downSeconds),
    peakPageGrowthMiB: { upload: Math.round(upGrowth / MIB), download: Math.round(downGrowth / MIB) },
    seconds: { plain: plainSeconds, up: upSeconds, down: downSeconds },
  };
  console.table({
    'plain upload': { 'MiB/s': result.plainUploadMiBps },
    'sealed upload': {
      'MiB/s': result.sealedUploadMiBps,
      'page grew by MiB': result.peakPageGrowthMiB.upload,
    },
    'fetched, opened, verified': {
      'MiB/s': result.sealedDownloadMiBps,
      'page grew by MiB': result.peakPageGrowthMiB.download,
    },
  });
  console.log(JSON.stringify(result));
} finally {
  await context.close();
  await stop();
  await rm(folder, { recursive: true, force: true });
}
