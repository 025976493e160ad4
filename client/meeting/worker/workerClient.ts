import { fromFailure } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { watchNetwork } from '../../media/network.ts';
import { applyElements } from '../boardView.ts';
import type { CoreCommand } from '../core/command.ts';
import { type CoreState, initialState } from '../core/state.ts';
import type { MeetingWish } from '../meetingWish.ts';
import { applyPatch } from './chatPatch.ts';
import {
  MAIN,
  type MediaEvent,
  type MediaRequestName,
  type PageToWorker,
  type Place,
  type WorkerToPage,
} from './messages.ts';

/** What a page hears from one of the worker's meetings. */
export interface CoreListeners {
  onState(change: Partial<CoreState>): void;
  onMedia(media: MediaEvent): void;
  /** A verified file that the browser is to take as a download. */
  onFile(name: string, file: Blob): void;
}

/** One meeting in the worker, as the page holds it. */
export interface CoreHandle {
  command(command: CoreCommand): void;
  /** Throws ProtocolError. */
  request<Name extends MediaRequestName>(name: Name, payload: RequestOf<Name>): Promise<ResponseOf<Name>>;
  /** Leaves. Idempotent. */
  close(): void;
}

interface Listening extends CoreListeners {
  chat: CoreState['chat'];
  elements: CoreState['boardElements'];
}

/** The page's handle on the meeting worker, where keys, records and the connections live. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #listening = new Map<Place, Listening>();
  readonly #stopWatching: () => void;
  #nextId = 0;
  #lastRoom = MAIN;

  /** `onFailure` is called when the worker died; everything in it is lost. */
  constructor(onFailure: () => void) {
    this.#worker = new Worker(new URL('./meetingWorker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerToPage>) => {
      switch (data.type) {
        case 'answer':
          this.#open.get(data.id)?.resolve(data.value);
          this.#open.delete(data.id);
          return;
        case 'refusal':
          this.#open.get(data.id)?.reject(fromFailure(data.failure));
          this.#open.delete(data.id);
          return;
        default: {
          const listening = this.#listening.get(data.place);
          if (listening) hand(listening, data);
        }
      }
    });
    this.#worker.addEventListener('error', onFailure);
    this.#stopWatching = watchNetwork(() =>
      this.#worker.postMessage({ type: 'network' } satisfies PageToWorker),
    );
  }

  /** Founds a meeting; resolves to its path and fragment. Throws ProtocolError. */
  async found(wish: MeetingWish): Promise<string> {
    // The worker answers `found` with the path.
    return (await this.#ask((id) => ({ type: 'found', id, wish }))) as string;
  }

  /** Begins a sign-in; resolves to this device's nonce. */
  async beginSignIn(returnTo: string): Promise<string> {
    return (await this.#ask((id) => ({ type: 'sign-in', id, returnTo }))) as string;
  }

  /** Keeps the provider's statement; resolves to where the person was before. */
  async finishSignIn(idToken: string | null): Promise<string> {
    return (await this.#ask((id) => ({ type: 'signed-in', id, idToken }))) as string;
  }

  async forgetSignIn(): Promise<void> {
    await this.#ask((id) => ({ type: 'signed-out', id }));
  }

  /** Ends a meeting for all without going in. Throws ProtocolError. */
  async end(link: MeetingLink): Promise<void> {
    await this.#ask((id) => ({ type: 'end', id, link }));
  }

  /** Opens the meeting of a link. */
  open(link: MeetingLink, framePort: MessagePort, listeners: CoreListeners): CoreHandle {
    this.#worker.postMessage({ type: 'open', link } satisfies PageToWorker, [framePort]);
    return this.#handle(MAIN, listeners);
  }

  /** Opens a breakout room of the meeting that is open. */
  enter(room: MeetingId, framePort: MessagePort, listeners: CoreListeners): CoreHandle {
    const place = ++this.#lastRoom;
    this.#worker.postMessage({ type: 'enter', place, room } satisfies PageToWorker, [framePort]);
    return this.#handle(place, listeners);
  }

  /** Leaves everything and ends the worker. Idempotent. */
  close(): void {
    this.#stopWatching();
    for (const place of [...this.#listening.keys()].reverse())
      this.#worker.postMessage({ type: 'close', place } satisfies PageToWorker);
    this.#listening.clear();
    // The goodbye is under way by then.
    setTimeout(() => this.#worker.terminate(), 500);
  }

  #handle(place: Place, listeners: CoreListeners): CoreHandle {
    const listening: Listening = {
      onState: (change) => listeners.onState(change),
      onMedia: (media) => listeners.onMedia(media),
      onFile: (name, file) => listeners.onFile(name, file),
      chat: initialState.chat,
      elements: initialState.boardElements,
    };
    this.#listening.set(place, listening);
    return {
      command: (command) =>
        this.#worker.postMessage({ type: 'command', place, command } satisfies PageToWorker),
      request: async <Name extends MediaRequestName>(name: Name, payload: RequestOf<Name>) =>
        // The worker validated the answer by this name's schema.
        (await this.#ask((id) => ({ type: 'request', place, id, name, payload }))) as ResponseOf<Name>,
      close: () => {
        if (this.#listening.get(place) !== listening) return;
        this.#listening.delete(place);
        this.#worker.postMessage({ type: 'close', place } satisfies PageToWorker);
      },
    };
  }

  #ask(message: (id: number) => PageToWorker): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage(message(id));
    });
  }
}

function hand(to: Listening, data: Extract<WorkerToPage, { place: Place }>): void {
  switch (data.type) {
    case 'state':
      if (data.chat) to.chat = applyPatch(to.chat, data.chat);
      if (data.elements) to.elements = applyElements(to.elements, data.elements);
      return to.onState({
        ...data.change,
        ...(data.chat ? { chat: to.chat } : {}),
        ...(data.elements ? { boardElements: to.elements } : {}),
      });
    case 'file':
      return to.onFile(data.name, data.file);
    case 'media':
      return to.onMedia(data.media);
  }
}
