import { afterAll } from 'vitest';
import { relaying } from './signaling/site.ts';

// What holds for files on one's own server holds where another runs the meeting and the database keeps them.
relaying.on = true;
afterAll(() => {
  relaying.on = false;
});
await import('./blobs.test.ts');
