import { fromFailure } from '../../../shared/errors.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import type { CoreCommand } from '../core/command.ts';
import { type CoreState, initialState } from '../core/state.ts';
import type { MeetingWish } from '../view.ts';
import { applyPatch } from './chatPatch.ts';
import type { MediaEvent, MediaRequestName, PageToWorker, WorkerToPage } from './messages.ts';

export interface WorkerListeners {
  onState(change: Partial<CoreState>): void;
  onMedia(media: MediaEvent): void;
  /** A verified file that the browser is to take as a download. */
  onFile(name: string, file: Blob): void;
  /** The worker died; everything in it is lost. */
  onFailure(): void;
}

/** The page's handle on the meeting worker, where keys, records and the connection live. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;
  #chat = initialState.chat;

  constructor(listeners: WorkerListeners) {
    this.#worker = new Worker(new URL('./meetingWorker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerToPage>) => {
      switch (data.type) {
        case 'state':
          if (!data.chat) return listeners.onState(data.change);
          this.#chat = applyPatch(this.#chat, data.chat);
          return listeners.onState({ ...data.change, chat: this.#chat });
        case 'file':
          return listeners.onFile(data.name, data.file);
        case 'media':
          return listeners.onMedia(data.media);
        case 'answer':
          this.#open.get(data.id)?.resolve(data.value);
          this.#open.delete(data.id);
          return;
        case 'refusal':
          this.#open.get(data.id)?.reject(fromFailure(data.failure));
          this.#open.delete(data.id);
          return;
      }
    });
    this.#worker.addEventListener('error', () => listeners.onFailure());
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

  open(link: MeetingLink, framePort: MessagePort): void {
    this.#worker.postMessage({ type: 'open', link } satisfies PageToWorker, [framePort]);
  }

  command(command: CoreCommand): void {
    this.#worker.postMessage({ type: 'command', command } satisfies PageToWorker);
  }

  /** Throws ProtocolError. */
  async request<Name extends MediaRequestName>(
    name: Name,
    payload: RequestOf<Name>,
  ): Promise<ResponseOf<Name>> {
    // The worker validated the answer by this name's schema.
    return (await this.#ask((id) => ({ type: 'request', id, name, payload }))) as ResponseOf<Name>;
  }

  /** Leaves and ends the worker. Idempotent. */
  close(): void {
    this.#worker.postMessage({ type: 'close' } satisfies PageToWorker);
    // The goodbye is under way by then.
    setTimeout(() => this.#worker.terminate(), 500);
  }

  #ask(message: (id: number) => PageToWorker): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage(message(id));
    });
  }
}
