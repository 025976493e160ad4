import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEALED_PIECES } from '../../client/meeting/worker/sealedPieces.ts';
import { BLOBS_PATH } from '../../shared/protocol/blobs.ts';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** Words, names and bytes that must show up nowhere outside the two browsers. */
const marks = {
  said: 'The heron lands at dusk',
  edited: 'The heron lands at noon',
  aside: 'Only Bertrand may know of the otter',
  name: 'otter-plan-final.bin',
  image: 'kingfisher-picture.jpg',
  comment: 'Taken at 25.0330N by camera 4711',
  inside: 'WEASEL-INSIDE-THE-FILE',
};
const document_ = Buffer.concat([
  randomBytes(3 * 1024 ** 2),
  Buffer.from(marks.inside),
  randomBytes(100_000),
]);

const company = useCompany(startTestServer);
let folder: string;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-saved-'));
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
  for (const person of [ann, bob]) {
    // As in browsers that cannot ask where a file should go.
    await person.page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    // The page's own rules forbid reading its pictures back by their addresses.
    await person.page.addInitScript(() => {
      const made = new Map<string, Blob | MediaSource>();
      Object.assign(window, { made });
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (object) => {
        const url = make(object);
        made.set(url, object);
        return url;
      };
    });
  }
  await gather(ann, bob);
  await ann.isWith(bob);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of each piece in a browser's private storage, whether its beginning says what no disk may know. */
function keptPieces(page: Page): Promise<boolean[]> {
  return page.evaluate(
    async ({ name, secret }) => {
      const root = await navigator.storage.getDirectory();
      const pieces: boolean[] = [];
      for await (const handle of (await root.getDirectoryHandle(name, { create: true })).values()) {
        const file = await (handle as FileSystemFileHandle).getFile();
        pieces.push((await file.slice(0, 65_536).text()).includes(secret));
      }
      return pieces;
    },
    { name: SEALED_PIECES, secret: marks.inside },
  );
}

/** Hands files to the page as the browser does on a drop or a paste. */
async function give(
  page: Page,
  how: 'drop' | 'paste',
  name: string,
  type: string,
  bytes: Buffer,
): Promise<void> {
  const data = await page.evaluateHandle(
    ([fileName, fileType, text]) => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      transfer.items.add(new File([content], fileName, { type: fileType }));
      return transfer;
    },
    [name, type, bytes.toString('base64')] as const,
  );
  if (how === 'drop') {
    await page.dispatchEvent('.chat-drop', 'dragover', { dataTransfer: data });
    await page.dispatchEvent('.chat-drop', 'drop', { dataTransfer: data });
    return;
  }
  await page.locator('.composer textarea').evaluate((area, transfer) => {
    area.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
    );
  }, data);
}

/** A picture as a camera writes it: with words about place and device beside it. */
async function photograph(page: Page): Promise<Buffer> {
  const text = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1_600, 1_200);
    const context = canvas.getContext('2d');
    for (let i = 0; context && i < 400; i++) {
      context.fillStyle = `hsl(${i * 7} 60% 50%)`;
      context.fillRect((i * 73) % 1_600, (i * 131) % 1_200, 160, 120);
    }
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg' });
    const bytes = new Uint8Array(await jpeg.arrayBuffer());
    return btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), ''));
  });
  const jpeg = Buffer.from(text, 'base64');
  const words = Buffer.from(marks.comment);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

async function choose(person: Person, message: string, entry: string): Promise<void> {
  const panel = await person.openPanel('Chat');
  const row = panel.locator('.chat-message', { hasText: message });
  await row.hover();
  await row.getByRole('button', { name: /^Actions for (the|your) message/ }).click();
  await person.page.getByRole('menuitem', { name: entry }).click();
}

async function reads(person: Person, text: string): Promise<void> {
  await until(
    () => person.messages(),
    (texts) => texts.includes(text),
    `${person.name} reads “${text}”`,
  );
}

describe('two people in a chat', () => {
  it('write, answer, edit and take back', async () => {
    await ann.say(`**${marks.said}**`);
    await reads(bob, marks.said);
    const panel = await bob.openPanel('Chat');
    expect(await panel.locator('.chat-text strong').allTextContents()).toEqual([marks.said]);
    expect(await panel.getByText(/You see what was said since you joined at \d\d:\d\d/).count()).toBe(1);
    await choose(ann, marks.said, 'Edit');
    const composer = (await ann.openPanel('Chat')).locator('.composer textarea');
    await composer.fill(marks.edited);
    await composer.press('Enter');
    await reads(bob, marks.edited);
    expect(await panel.getByText('edited', { exact: true }).count()).toBe(1);
    await choose(bob, marks.edited, 'Reply');
    await bob.say('Noted');
    await reads(ann, 'Noted');
    const quote = (await ann.openPanel('Chat')).locator('.chat-quote');
    expect(await quote.innerText()).toContain(marks.edited);
    await choose(bob, 'Noted', 'Delete for everyone');
    await (await ann.openPanel('Chat')).getByText('Message deleted').waitFor();
    expect(await ann.messages()).not.toContain('Noted');
  });

  it('write aside, and see that it is', async () => {
    const panel = await ann.openPanel('Chat');
    await ann.button('To: Everyone', panel).click();
    await ann.page.getByRole('menuitem', { name: 'Bertrand' }).click();
    await panel.getByLabel('Message to Bertrand only').fill(marks.aside);
    await ann.button('Send', panel).click();
    await reads(bob, marks.aside);
    expect(await (await bob.openPanel('Chat')).getByText('to you only').count()).toBe(1);
    expect(await panel.getByText('to Bertrand only').count()).toBe(1);
    await ann.button('To: Bertrand', panel).click();
    await ann.page.getByRole('menuitem', { name: 'Everyone' }).click();
  });

  it('send a file by dropping it; it arrives byte for byte', async () => {
    await ann.openPanel('Chat');
    await give(ann.page, 'drop', marks.name, 'application/octet-stream', document_);
    const panel = await bob.openPanel('Chat');
    const [download] = await Promise.all([
      bob.page.waitForEvent('download', { timeout: 30_000 }),
      bob.button(`Save ${marks.name}`, panel).click({ timeout: 30_000 }),
    ]);
    expect(download.suggestedFilename()).toBe(marks.name);
    const saved = join(folder, 'saved');
    await download.saveAs(saved);
    expect(Buffer.compare(await readFile(saved), document_)).toBe(0);
    await panel.getByText('saved and checked').waitFor();
  });

  it('send a large file piece by piece; only ciphertext waits on the disk, and no longer than it must', async () => {
    const large = Buffer.concat([Buffer.from(marks.inside), randomBytes(10_000_000)]);
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const context = ann.page.context();
    await context.route(`**${BLOBS_PATH}/**`, async (route) => {
      await opened;
      await route.continue();
    });
    await ann.openPanel('Chat');
    await ann.page
      .locator('.composer input[type=file]')
      .setInputFiles({ name: 'large.bin', mimeType: 'application/octet-stream', buffer: large });
    const waiting = await until(
      () => keptPieces(ann.page),
      (pieces) => pieces.length === 3,
      'three pieces wait',
    );
    expect(waiting).not.toContain(true);
    open();
    const panel = await bob.openPanel('Chat');
    const [download] = await Promise.all([
      bob.page.waitForEvent('download', { timeout: 30_000 }),
      bob.button('Save large.bin', panel).click({ timeout: 30_000 }),
    ]);
    const saved = join(folder, 'large');
    await download.saveAs(saved);
    expect(Buffer.compare(await readFile(saved), large)).toBe(0);
    await until(
      () => keptPieces(ann.page),
      (pieces) => pieces.length === 0,
      'no piece is left',
    );
    await context.unroute(`**${BLOBS_PATH}/**`);
  });

  it('paste a picture; its preview carries nothing but the picture', async () => {
    const photo = await photograph(ann.page);
    await ann.openPanel('Chat');
    await give(ann.page, 'paste', marks.image, 'image/jpeg', photo);
    const picture = (await bob.openPanel('Chat')).locator('.file-picture img');
    await picture.waitFor({ timeout: 30_000 });
    const shown = await picture.evaluate(async (image) => {
      if (!(image instanceof HTMLImageElement)) throw new Error('no image');
      await image.decode();
      const made: Map<string, Blob> = Reflect.get(window, 'made');
      const bytes = new Uint8Array((await made.get(image.src)?.arrayBuffer()) ?? new ArrayBuffer(0));
      return { width: image.naturalWidth, text: String.fromCharCode(...bytes) };
    });
    expect(shown.width).toBeGreaterThan(100);
    expect(shown.text.length).toBeLessThanOrEqual(16 * 1024);
    expect(photo.includes(marks.comment)).toBe(true);
    expect(shown.text).not.toContain(marks.comment);
  });

  it('save to a place they choose, which gets only what was verified', async () => {
    await bob.page.evaluate(() => {
      Object.assign(window, {
        showSaveFilePicker: async () =>
          (await navigator.storage.getDirectory()).getFileHandle('chosen', { create: true }),
      });
    });
    const panel = await bob.openPanel('Chat');
    await bob.button(`Save ${marks.name}`, panel).click();
    const size = () =>
      bob.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const handle = await root.getFileHandle('chosen', { create: true });
        return (await handle.getFile()).size;
      });
    await until(size, (bytes) => bytes === document_.length, 'the file is in its place', 30_000);
  });

  it('leave no trace on the server: not in database, files or log, and not on the wire', async () => {
    const wire = [ann, bob].flatMap(({ browser }) => [
      ...browser.wire.toServer(),
      ...browser.wire.toBrowser(),
    ]);
    const { server } = company;
    const places = [...(await server.data()), Buffer.from(server.logs()), ...wire].map((bytes) =>
      Buffer.from(bytes),
    );
    const has = (needle: Buffer) => places.some((place) => place.includes(needle));
    // The search finds what is there.
    expect(has(Buffer.from('blob:create'))).toBe(true);
    for (const [what, mark] of Object.entries(marks)) {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        expect(has(Buffer.from(mark, encoding)), `${what} in ${encoding}`).toBe(false);
      }
      const encoded = Buffer.from(mark).toString('base64').slice(2, -4);
      expect(has(Buffer.from(encoded)), `${what} in base64`).toBe(false);
    }
    expect(has(document_.subarray(1_000, 1_032))).toBe(false);
    for (const { browser } of company.everyone) expect(browser.errors).toEqual([]);
  });
});
