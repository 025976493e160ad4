import { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { FrameToGroup, GroupToFrame } from '../../e2ee/frames/messages.ts';
import { browserKeyStore } from '../../e2ee/identity/browserKeyStore.ts';
import { type KeyStore, memoryKeyStore } from '../../e2ee/identity/keyStore.ts';
import { linkPath, type MeetingLink } from '../../e2ee/link/link.ts';
import { elementsPatch } from '../boardView.ts';
import { systemClock } from '../clock.ts';
import { httpBlobs } from '../core/blobPort.ts';
import { runCommand } from '../core/command.ts';
import { endMeeting } from '../core/endMeeting.ts';
import { foundMeeting } from '../core/found.ts';
import { gatherBans } from '../core/gatherBans.ts';
import { MeetingCore } from '../core/meetingCore.ts';
import { type CoreState, initialState } from '../core/state.ts';
import { bannedFrom } from '../library/bans.ts';
import type { MeetingWish } from '../meetingWish.ts';
import { provenSignaling } from '../signaling/provenSignaling.ts';
import { socketSignaling } from '../signaling/socketSignaling.ts';
import { beginSignIn, finishSignIn, forgetIdToken } from '../staff.ts';
import { chatPatch } from './chatPatch.ts';
import { OPENED_FILES, openSink } from './fileSinks.ts';
import {
  MAIN,
  type MediaEvent,
  mediaEventNames,
  type PageToWorker,
  type Place,
  type WorkerToPage,
} from './messages.ts';
import { makePreview } from './preview.ts';
import { clearLeftFiles } from './privateStorage.ts';
import { keepPiece, SEALED_PIECES } from './sealedPieces.ts';
import { shrink } from './shrink.ts';

/** The part of a dedicated worker's scope in use here. */
interface WorkerScope {
  postMessage(message: WorkerToPage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PageToWorker>) => void): void;
}

// The page's policy forbids eval; zod would try it once and leave a violation report.
z.config({ jitless: true });

// The project's types are those of a page; this file alone runs in a worker.
const scope = globalThis as unknown as WorkerScope;
/** The meeting, and the breakout room that this page is in, by place. */
const cores = new Map<Place, Promise<MeetingCore>>();
let store: Promise<KeyStore> | null = null;

function keyStore(): Promise<KeyStore> {
  // Private windows may refuse storage: the device is then a new one at each visit.
  store ??= browserKeyStore().catch(() => memoryKeyStore());
  return store;
}

/** Who wants to know that the device is on another network; the page sees it. */
const networkListeners = new Set<() => void>();

const connect = (meeting: MeetingId) =>
  provenSignaling(
    socketSignaling(location.origin, meeting, (onChange) => {
      networkListeners.add(onChange);
      return () => networkListeners.delete(onChange);
    }),
  );

/** Gives the page what changed in one place; what grows long travels as what changed of it. */
function publisher(place: Place): (change: Partial<CoreState>) => void {
  let { chat, boardElements: elements } = initialState;
  return ({ chat: nextChat, boardElements: nextElements, ...change }) => {
    scope.postMessage({
      type: 'state',
      place,
      change,
      ...(nextChat ? { chat: chatPatch(chat, nextChat) } : {}),
      ...(nextElements ? { elements: elementsPatch(elements, nextElements) } : {}),
    });
    chat = nextChat ?? chat;
    elements = nextElements ?? elements;
  };
}

async function open(
  place: Place,
  link: MeetingLink,
  framePort: MessagePort,
  main?: MeetingId,
): Promise<MeetingCore> {
  const signaling = connect(link.meeting);
  const core = await MeetingCore.open({
    link,
    origin: location.origin,
    signaling,
    connect,
    ...(main ? { main } : {}),
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
      keepPiece,
      sink: (name, at) => openSink(at, (file) => scope.postMessage({ type: 'file', place, name, file })),
      preview: makePreview,
      shrink,
    },
    publish: publisher(place),
  });
  for (const name of mediaEventNames) {
    signaling.on(name, (event) =>
      // The pair of name and event is one kind of MediaEvent by construction.
      scope.postMessage({ type: 'media', place, media: { name, event } as MediaEvent }),
    );
  }
  return core;
}

/** Opens a breakout room beside the main meeting, by what the main meeting's members gave this device. */
async function openRoom(place: Place, room: MeetingId, framePort: MessagePort): Promise<MeetingCore> {
  const main = await cores.get(MAIN);
  const link = main?.breakouts.linkOf(room);
  if (!main || !link) throw new ProtocolError('not-admitted');
  return open(place, link, framePort, main.meeting);
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

const lockOf = (meeting: MeetingId) => `sealroom:meeting:${meeting}`;

/** Held for as long as this worker lives. */
function markOpen(meeting: MeetingId): void {
  void navigator.locks.request(lockOf(meeting), { mode: 'shared' }, () => new Promise(() => undefined));
}

/** Whether any page of this browser has a meeting open. */
async function isIn(meeting: MeetingId): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lockOf(meeting));
}

async function found(kept: KeyStore, { series, ...wish }: MeetingWish): Promise<MeetingLink> {
  const { origin } = location;
  if (series !== undefined) {
    const signalingFor = (meeting: MeetingId) => socketSignaling(origin, meeting);
    await gatherBans(series, { origin, keyStore: kept, clock: systemClock, isIn, signalingFor });
  }
  const barred = series === undefined ? [] : await bannedFrom(kept, series);
  return foundMeeting({ ...wish, barred, origin, keyStore: kept, now: Date.now() });
}

scope.addEventListener('message', ({ data, ports }) => {
  switch (data.type) {
    case 'found':
      return answer(
        data.id,
        keyStore()
          .then((kept) => found(kept, data.wish))
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
            signaling: connect(data.link.meeting),
            connect,
            keyStore: kept,
            clock: systemClock,
          }),
        ),
      );
    case 'network':
      for (const tell of networkListeners) tell();
      return;
    case 'open': {
      const [framePort] = ports;
      if (!framePort || cores.has(MAIN)) return;
      cores.set(MAIN, open(MAIN, data.link, framePort));
      markOpen(data.link.meeting);
      for (const folder of [OPENED_FILES, SEALED_PIECES]) void clearLeftFiles(folder);
      return;
    }
    case 'enter': {
      const [framePort] = ports;
      if (!framePort || cores.has(data.place)) return;
      const entering = openRoom(data.place, data.room, framePort);
      cores.set(data.place, entering);
      entering.catch(() =>
        scope.postMessage({
          type: 'state',
          place: data.place,
          change: { phase: { name: 'failed', code: 'not-admitted' } },
        }),
      );
      return;
    }
    case 'command':
      cores.get(data.place)?.then(
        (core) => runCommand(core, data.command),
        () => undefined,
      );
      return;
    case 'request':
      return answer(
        data.id,
        cores
          .get(data.place)
          // The page's own types paired name and payload before they crossed the channel.
          ?.then((core) => core.requestMedia(data.name, data.payload as never)) ??
          Promise.reject(new ProtocolError('not-identified')),
      );
    case 'close':
      cores.get(data.place)?.then(
        (core) => core.close(),
        () => undefined,
      );
      cores.delete(data.place);
      return;
  }
});
