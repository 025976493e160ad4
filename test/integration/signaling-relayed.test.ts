import { afterAll, vi } from 'vitest';

// What holds for a meeting on one's own server holds for one on another: the same tests, each request relayed.
vi.resetModules();
const { relaying } = await import('./signaling/site.ts');
relaying.on = true;
afterAll(() => {
  relaying.on = false;
});
await import('./signaling.test.ts');
