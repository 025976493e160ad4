import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';

/** After a test that failed, keeps what everyone saw and what the server logged, and says where. */
export function keepEvidence(
  people: () => readonly Person[],
  server: () => Pick<TestServer, 'logs'> | undefined,
): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const folder = await mkdtemp(join(tmpdir(), 'sealroom-evidence-'));
    for (const { name, page, browser } of people()) {
      await page.screenshot({ path: join(folder, `${name}.png`), timeout: 5_000 }).catch(() => undefined);
      await writeFile(join(folder, `${name}.txt`), browser.errors.join('\n'));
    }
    await writeFile(join(folder, 'server.log'), server()?.logs() ?? '');
    console.log(`What was on screen: ${folder}`);
  });
}
