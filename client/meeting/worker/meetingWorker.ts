import { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import type { FrameToGroup, GroupToFrame } from '../../e2ee/frames/messages.ts';
import { browserKeyStore } from '../../e2ee/identity/browserKeyStore.ts';
import { type KeyStore, memoryKeyStore } from '../../e2ee/identity/keyStore.ts';
import { linkPath, type MeetingLink } from '../../e2ee/link/link.ts';
import { systemClock } from '../clock.ts';
import { httpBlobs } from '../core/blobPort.ts';
import { runCommand } from '../core/command.ts';
import { endMeeting } from '../core/endMeeting.ts';
import { foundMeeting } from '../core/found.ts';
import { MeetingCore } from '../core/meetingCore.ts';
import type { CoreState } from '../core/state.ts';
import { socketSignaling } from '../signaling/socketSignaling.ts';
import { beginSignIn, finishSignIn, forgetIdToken } from '../staff.ts';
import { chatPatch } from './chatPatch.ts';
import { clearLeftFiles, openSink } from './fileSinks.ts';
import { type MediaEvent, mediaEventNames, type PageToWorker, type WorkerToPage } from './messages.ts';
import { makePreview } from './preview.ts';

/** The part of a dedicated worker's scope in use here. */
interface WorkerScope {
  postMessage(message: WorkerToPage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PageToWorker>) => void): void;
}

// The page's policy forbids eval; zod would try it once and leave a violation report.
z.config({ jitless: true });

// The project's types are those of a page; this file alone runs in a worker.
const scope = globalThis as unknown as WorkerScope;
let opening: Promise<MeetingCore> | null = null;
let store: Promise<KeyStore> | null = null;

function keyStore(): Promise<KeyStore> {
  // Private windows may refuse storage: the device is then a new one at each visit.
  store ??= browserKeyStore().catch(() => memoryKeyStore());
  return store;
}

let chat: CoreState['chat'] = [];

function publish({ chat: next, ...change }: Partial<CoreState>): void {
  if (!next) return scope.postMessage({ type: 'state', change });
  scope.postMessage({ type: 'state', change, chat: chatPatch(chat, next) });
  chat = next;
}

async function open(link: MeetingLink, framePort: MessagePort): Promise<MeetingCore> {
  const signaling = socketSignaling(location.origin, link.meeting);
  const core = await MeetingCore.open({
    link,
    origin: location.origin,
    signaling,
    keyStore: await keyStore(),
    clock: systemClock,
    frames: {
      post: (message: GroupToFrame) => {
        // Moved rather than copied: this side keeps no media key.
        const moved = message.type === 'epoch' ? [message.baseKey.buffer] : [];
        framePort.postMessage(message, moved);
      },
      onMessage: (listener) => {
        framePort.onmessage = ({ data }: MessageEvent<FrameToGroup>) => listener(data);
      },
    },
    files: {
      blobs: httpBlobs(location.origin),
      sink: (name, place) => openSink(place, (file) => scope.postMessage({ type: 'file', name, file })),
      preview: makePreview,
    },
    publish,
  });
  for (const name of mediaEventNames) {
    // The pair of name and event is one kind of MediaEvent by construction.
    signaling.on(name, (event) => scope.postMessage({ type: 'media', media: { name, event } as MediaEvent }));
  }
  return core;
}

function answer(id: number, work: Promise<unknown>): void {
  work.then(
    (value) => scope.postMessage({ type: 'answer', id, value }),
    (error: unknown) => {
      const known = error instanceof ProtocolError ? error : new ProtocolError('unavailable');
      scope.postMessage({ type: 'refusal', id, failure: known.toFailure() });
    },
  );
}

scope.addEventListener('message', ({ data, ports }) => {
  switch (data.type) {
    case 'found':
      return answer(
        data.id,
        keyStore()
          .then((kept) =>
            foundMeeting({ ...data.wish, origin: location.origin, keyStore: kept, now: Date.now() }),
          )
          .then(linkPath),
      );
    case 'sign-in':
      return answer(
        data.id,
        keyStore().then((kept) => beginSignIn(kept, data.returnTo)),
      );
    case 'signed-in':
      return answer(
        data.id,
        keyStore().then((kept) => finishSignIn(kept, data.idToken)),
      );
    case 'signed-out':
      return answer(data.id, keyStore().then(forgetIdToken));
    case 'end':
      return answer(
        data.id,
        keyStore().then((kept) =>
          endMeeting({
            link: data.link,
            origin: location.origin,
            signaling: socketSignaling(location.origin, data.link.meeting),
            keyStore: kept,
            clock: systemClock,
          }),
        ),
      );
    case 'open': {
      const [framePort] = ports;
      if (!framePort || opening) return;
      opening = open(data.link, framePort);
      void clearLeftFiles();
      return;
    }
    case 'command':
      void opening?.then((core) => runCommand(core, data.command));
      return;
    case 'request':
      return answer(
        data.id,
        opening
          ? // The page's own types paired name and payload before they crossed the channel.
            opening.then((core) => core.signaling.request(data.name, data.payload as never))
          : Promise.reject(new ProtocolError('not-identified')),
      );
    case 'close':
      void opening?.then((core) => core.close());
      opening = null;
      return;
  }
});
