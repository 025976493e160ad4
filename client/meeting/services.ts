import type { AccountId } from '../../shared/protocol/accounts.ts';
import { LinkError, parseLink } from '../e2ee/link/link.ts';
import { brokenLinkMeeting } from './brokenLink.ts';
import type { LibrarySync } from './library/sync.ts';
import type { Meeting } from './meeting.ts';
import type { FoundedMeeting, MeetingWish } from './meetingWish.ts';
import { openSession } from './openSession.ts';
import { WorkerClient } from './worker/workerClient.ts';

/** What the interface calls; see `client/ui/services.ts`. */
export interface MeetingServices {
  foundMeeting(wish: MeetingWish): Promise<FoundedMeeting>;
  endMeeting(path: string): Promise<void>;
  openMeeting(link: { readonly meetingId: string; readonly fragment: string }): Meeting;
  beginSignIn(returnTo: string): Promise<string>;
  finishSignIn(idToken: string | null): Promise<string>;
  forgetSignIn(): Promise<void>;
  openListSync(account: AccountId): Promise<LibrarySync>;
}

/** Has a worker do one thing, where keys are at hand. */
async function inWorker<Result>(work: (worker: WorkerClient) => Promise<Result>): Promise<Result> {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const worker = new WorkerClient(() => fail(new Error('The meeting worker could not start')));
  try {
    return await Promise.race([work(worker), failed]);
  } finally {
    worker.close();
  }
}

/** What the pages outside a meeting can do; each call starts a worker of its own and ends it. */
export function createServices(): MeetingServices {
  return {
    async foundMeeting(wish) {
      const path = await inWorker((worker) => worker.found(wish));
      return { meeting: parseLink(path).meeting, link: new URL(path, location.origin).href };
    },
    beginSignIn: (returnTo) => inWorker((worker) => worker.beginSignIn(returnTo)),
    finishSignIn: (idToken) => inWorker((worker) => worker.finishSignIn(idToken)),
    openListSync: async (account) => (await import('./library/syncService.ts')).openLibrarySync(account),
    forgetSignIn: () => inWorker((worker) => worker.forgetSignIn()),
    endMeeting: (path) => inWorker((worker) => worker.end(parseLink(path))),
    openMeeting({ meetingId, fragment }) {
      const text = new URL(`/m/${meetingId}#${fragment}`, location.origin).href;
      try {
        return openSession(parseLink(text), text);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        return brokenLinkMeeting(text);
      }
    },
  };
}
