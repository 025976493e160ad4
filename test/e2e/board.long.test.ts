import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { gather, useCompany } from '../support/company.ts';
import { letIn, type Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const SLIDES = 'Slides of Annemarie';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let link: string;

beforeAll(async () => {
  [ann, bob] = await company.arrive({ name: 'Annemarie', shares: SLIDES }, 'Bertrand');
  link = await gather(ann, bob);
});

async function openBoard(person: Person): Promise<void> {
  await person.control('More').click();
  await person.page.getByRole('menuitem', { name: 'Whiteboard', exact: true }).click();
  await canvas(person).waitFor();
}

const canvas = (person: Person) => person.page.getByRole('application', { name: /^Whiteboard/ });
const elements = (person: Person) => person.page.locator('.board-canvas [data-ref]');
const namesOn = (person: Person) =>
  elements(person).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? '').sort());
const tool = (person: Person, name: string) =>
  person.page.getByRole('toolbar', { name: 'Drawing tools' }).getByRole('button', { name, exact: true });

/** Draws from one place of the canvas to another with the mouse. */
async function drag(person: Person, from: [number, number], to: [number, number]): Promise<void> {
  const box = await canvas(person).boundingBox();
  if (!box) throw new Error('no canvas');
  const { mouse } = person.page;
  await mouse.move(box.x + from[0], box.y + from[1]);
  await mouse.down();
  await mouse.move(box.x + to[0], box.y + to[1], { steps: 12 });
  await mouse.up();
}

async function sees(person: Person, ...names: string[]): Promise<void> {
  await until(
    () => namesOn(person),
    (found) => found.join('|') === names.sort().join('|'),
    `${person.name} sees ${names.join(', ')}`,
  );
}

/** What a person's page offers to save. */
async function saved(person: Person, entry: string): Promise<Buffer> {
  await person.page.getByRole('button', { name: 'Board options', exact: true }).click();
  const waiting = person.page.waitForEvent('download');
  await person.page.getByRole('menuitem', { name: entry, exact: true }).click();
  return buffer(await (await waiting).createReadStream());
}

/** The compressed pixels of a PNG: its IDAT chunks, one after another. */
function pixelData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return Buffer.concat(parts);
}

it('is drawn on together, saved, made view-only, and told to who comes later', async () => {
  await openBoard(ann);
  await openBoard(bob);
  await drag(ann, [80, 80], [260, 160]);
  await sees(bob, 'Pen by Annemarie');
  await tool(bob, 'Rectangle').click();
  await drag(bob, [300, 80], [420, 160]);
  await tool(bob, 'Sticky note').click();
  await canvas(bob).click({ position: { x: 120, y: 220 } });
  await bob.page
    .getByRole('textbox', { name: 'Sticky note', exact: true })
    .fill('<script>alert(1)</script> & 好');
  await bob.page.keyboard.press('Control+Enter');
  const note = 'Sticky note: <script>alert(1)</script> & 好';
  await sees(ann, 'Pen by you', 'Rectangle by Bertrand', `${note} by Bertrand`);

  // Files of their own: nothing in them acts, and the picture is not empty.
  const svg = (await saved(ann, 'Save as SVG')).toString();
  // The note is broken into lines, each an element of its own.
  expect(svg.replace(/<[^>]+>|\s/g, '')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;好');
  expect(svg).not.toMatch(/<script|<foreignObject|\son\w+=|href=/);
  const png = await saved(ann, 'Save as PNG');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(new Set(inflateSync(pixelData(png))).size).toBeGreaterThan(20);

  // By keyboard alone: from element to element, moved, taken away, brought back.
  await tool(bob, 'Select and move').click();
  await canvas(bob).focus();
  await bob.page.keyboard.press('ArrowRight');
  await bob.page.keyboard.press('ArrowRight');
  const chosen = bob.page.locator('.board-canvas [data-ref][aria-label*="selected"]');
  await chosen.waitFor();
  const before = await chosen.getAttribute('transform');
  await bob.page.keyboard.press('Shift+ArrowDown');
  await until(
    () => chosen.getAttribute('transform'),
    (now) => now !== before,
    'it moved',
  );
  await bob.page.keyboard.press('Delete');
  await until(
    () => elements(ann).count(),
    (count) => count === 2,
    'gone at the other’s',
  );
  await tool(bob, 'Undo').click();
  await sees(ann, 'Pen by you', 'Rectangle by Bertrand', `${note} by Bertrand`);

  // View-only: the other keeps looking, without tools.
  await ann.page.getByRole('button', { name: 'Board options', exact: true }).click();
  await ann.page.getByRole('menuitem', { name: 'Let only hosts draw' }).click();
  await bob.page.getByText('Only hosts can draw now.').waitFor();
  expect(await tool(bob, 'Pen').count()).toBe(0);

  const [cleo] = await company.arrive('Cleo');
  await letIn(ann, cleo, link);
  await cleo.button('Open the whiteboard').click();
  // What she did not see drawn, she knows by the one who told her.
  const told = 'by Bertrand, as told by Annemarie';
  await sees(cleo, 'Pen by Annemarie', `Rectangle ${told}`, `${note} ${told}`);
  await ann.page.getByRole('button', { name: 'Close the whiteboard' }).click();
});

it('is drawn over a shared screen, as long as it is shared and its owner lets others', async () => {
  const slides = await ann.browser.newPage();
  await slides.goto('about:blank');
  await slides.evaluate((title) => {
    document.title = title;
    document.body.style.background = 'linear-gradient(white, gray)';
    // A tab that never changes may send no picture.
    setInterval(() => document.body.append('.'), 200);
  }, SLIDES);
  await ann.page.bringToFront();
  await ann.control('Share').click();
  await bob.button('Close the whiteboard').click();
  const drawn = (person: Person) => person.page.locator('.screen-drawing path, .screen-drawing rect');
  await bob.page.locator('.screen-picture video').waitFor();
  // Still only hosts draw: no tools for the others.
  await bob.page.locator('.screen-drawing').waitFor();
  expect(await bob.button('Draw on this screen').count()).toBe(0);
  await openBoard(ann);
  await ann.page.getByRole('button', { name: 'Board options', exact: true }).click();
  await ann.page.getByRole('menuitem', { name: 'Let everyone draw' }).click();
  await bob.button('Draw on this screen').click();
  const box = await bob.page.locator('.screen-drawing').boundingBox();
  if (!box) throw new Error('no picture');
  const { mouse } = bob.page;
  await mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  await mouse.down();
  await mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 10 });
  await mouse.up();
  const cleo = company.everyone[2];
  if (!cleo) throw new Error('nobody');
  await cleo.button('Close the whiteboard').click();
  await drawn(cleo).first().waitFor({ state: 'attached' });
  await ann.button('Close the whiteboard').click();
  await drawn(ann).first().waitFor({ state: 'attached' });

  await ann.control('More').click();
  await ann.page.getByRole('menuitem', { name: 'Stop others drawing on my screen' }).click();
  await drawn(cleo).first().waitFor({ state: 'detached' });
  expect(await bob.button('Stop drawing').count()).toBe(0);
});
