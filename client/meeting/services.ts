import { LinkError, parseLink } from '../e2ee/link/link.ts';
import { brokenLinkMeeting } from './brokenLink.ts';
import { Session } from './session.ts';
import type { FoundedMeeting, Meeting, MeetingWish } from './view.ts';
import { WorkerClient } from './worker/workerClient.ts';

/** What the interface calls; see `client/ui/services.ts`. */
export interface MeetingServices {
  foundMeeting(wish: MeetingWish): Promise<FoundedMeeting>;
  openMeeting(link: { readonly meetingId: string; readonly fragment: string }): Meeting;
}

export function createServices(): MeetingServices {
  return {
    async foundMeeting(wish) {
      let fail: (error: Error) => void = () => undefined;
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const worker = new WorkerClient({
        onState: () => undefined,
        onMedia: () => undefined,
        onFile: () => undefined,
        onFailure: () => fail(new Error('The meeting worker could not start')),
      });
      try {
        const path = await Promise.race([worker.found(wish), failed]);
        return { link: new URL(path, location.origin).href };
      } finally {
        worker.close();
      }
    },
    openMeeting({ meetingId, fragment }) {
      const text = new URL(`/m/${meetingId}#${fragment}`, location.origin).href;
      try {
        return new Session(parseLink(text), text);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        return brokenLinkMeeting(text);
      }
    },
  };
}
