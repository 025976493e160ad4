import { afterAll, vi } from 'vitest';

// What holds for files on one's own server holds where another runs the meeting and the database keeps them.
vi.resetModules();
const { relaying } = await import('./signaling/site.ts');
relaying.on = true;
afterAll(() => {
  relaying.on = false;
});
await import('./blobs.test.ts');
