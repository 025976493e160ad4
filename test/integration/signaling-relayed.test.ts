import { afterAll } from 'vitest';
import { relaying } from './signaling/site.ts';

// What holds for a meeting on one's own server holds for one on another: the same tests, each request relayed.
relaying.on = true;
afterAll(() => {
  relaying.on = false;
});
await import('./signaling.test.ts');
