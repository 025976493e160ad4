import { toBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { Content } from '../../e2ee/content.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { ChatMessageView, ReactionView } from '../view.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

const REACTION_MS = 5_000;
const CHAT_KEPT = 2_000;
const HELD_BACK_KEPT = 200;

/** Chat and reactions. What could not be sent stays, marked, until it is sent again. */
export class Talk {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #heldBack = new Map<DeviceKey, readonly ChatMessageView[]>();

  constructor(context: CoreContext, keeper: GroupKeeper) {
    this.#context = context;
    this.#keeper = keeper;
  }

  sendChat(text: string): void {
    const trimmed = text.trim().slice(0, limits.chatCharacters);
    if (!trimmed) return;
    const { store, identity, clock } = this.#context;
    const message: ChatMessageView = {
      id: newId(),
      from: identity.key,
      name: store.state.name,
      self: true,
      text: trimmed,
      at: clock.now(),
      state: 'sending',
    };
    this.#show(message);
    this.#deliver(message);
  }

  retryChat(id: string): void {
    const message = this.#context.store.state.chat.find(
      (other) => other.id === id && other.state === 'failed',
    );
    if (!message) return;
    this.#mark(id, 'sending');
    this.#deliver(message);
  }

  /** Sends again what failed while the connection was away. */
  retryAll(): void {
    for (const message of this.#context.store.state.chat)
      if (message.state === 'failed') this.retryChat(message.id);
  }

  react(emoji: string): void {
    this.#keeper.send({ type: 'reaction', emoji }).catch(() => undefined);
    this.#showReaction(this.#context.identity.key, emoji);
  }

  /** With `heldBack` the message waits until the person has acknowledged who it comes from. */
  takeChat(from: DeviceKey, name: string, content: Content & { type: 'chat' }, heldBack: boolean): void {
    // The author is part of the identity, so that nobody can replace another's message.
    const id = `${from}:${content.id}`;
    if (this.#context.store.state.chat.some((message) => message.id === id)) return;
    const at = this.#context.clock.now();
    const message: ChatMessageView = { id, from, name, self: false, text: content.text, at, state: 'sent' };
    if (heldBack)
      this.#heldBack.set(from, [...(this.#heldBack.get(from) ?? []), message].slice(-HELD_BACK_KEPT));
    else this.#show(message);
  }

  /** Shows what was held back of one member. */
  release(from: DeviceKey): void {
    for (const message of this.#heldBack.get(from) ?? []) this.#show(message);
    this.#heldBack.delete(from);
  }

  takeReaction(from: DeviceKey, content: Content & { type: 'reaction' }): void {
    this.#showReaction(from, content.emoji);
  }

  #deliver({ id, text, at }: ChatMessageView): void {
    this.#keeper.send({ type: 'chat', id, text, at }).then(
      () => this.#mark(id, 'sent'),
      () => this.#mark(id, 'failed'),
    );
  }

  #show(message: ChatMessageView): void {
    const { store } = this.#context;
    store.set({ chat: [...store.state.chat, message].slice(-CHAT_KEPT) });
  }

  #mark(id: string, state: ChatMessageView['state']): void {
    const { store } = this.#context;
    store.set({
      chat: store.state.chat.map((message) => (message.id === id ? { ...message, state } : message)),
    });
  }

  #showReaction(from: DeviceKey, emoji: string): void {
    const { store, clock } = this.#context;
    const reaction: ReactionView = { id: newId(), from, emoji };
    store.set({ reactions: [...store.state.reactions, reaction] });
    clock.after(REACTION_MS, () => {
      store.set({ reactions: store.state.reactions.filter((other) => other.id !== reaction.id) });
    });
  }
}

function newId(): string {
  return toBase64Url(randomBytes(12));
}
