import type { MeetingLink } from '../e2ee/link/link.ts';
import { Call } from './call.ts';
import { PageNotices } from './pageNotices.ts';
import { Session } from './session.ts';
import { WorkerClient } from './worker/workerClient.ts';

function pageStorage(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

/** Opens the meeting of a link in this page: one call, one worker, and a session that joins them. */
export function openSession(link: MeetingLink, linkText: string): Session {
  let session: Session | null = null;
  let worker: WorkerClient | null = null;
  const notices = new PageNotices(() => session?.touch());
  const call = new Call({
    storage: pageStorage(),
    signalling: {
      request: (name, payload) =>
        session?.request(name, payload) ?? Promise.reject(new Error('The meeting is closed')),
    },
    onChange: () => session?.touch(),
    notify: (notice) => notices.add(notice),
  });
  session = new Session({
    link: linkText,
    call,
    notices,
    open(framePort, listeners) {
      const opened = new WorkerClient(() => session?.fail());
      worker = opened;
      return { ...opened.open(link, framePort, listeners), close: () => opened.close() };
    },
    enter(room, framePort, listeners) {
      if (!worker) throw new Error('No meeting is open');
      return worker.enter(room, framePort, listeners);
    },
  });
  return session;
}
