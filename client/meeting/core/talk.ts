import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import type { Permission } from '../../../shared/roles.ts';
import type { Aside, Content, Said } from '../../e2ee/content.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { Addressee, Audience, ChatMessageView, ReactionView } from '../chatView.ts';
import type { Notice } from '../noticeView.ts';
import type { Attachments } from './attachments.ts';
import { quoteOf, takenBack, withChange, withMessage } from './chatLog.ts';
import type { CoreContext } from './context.ts';
import { fileViewOf } from './fileView.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import { requestFailed } from './requestFailed.ts';

const REACTION_MS = 5_000;
const HELD_BACK_KEPT = 200;
type Message = Said & { type: 'chat' | 'file' };

/** What the chat asks of the rest of the core. */
export interface TalkParts {
  readonly nameOf: (device: DeviceKey) => string;
  /** Its identity changed and the person has not acknowledged it. */
  readonly heldBack: (device: DeviceKey) => boolean;
  readonly others: () => readonly DeviceKey[];
  readonly notice: (notice: Notice) => void;
  /** A right as of this moment: by the records, and by the presence of a host. */
  readonly mayNow: (device: DeviceKey, right: Permission) => boolean;
}

/** A message of one's own; a file is none before it is on the server. */
interface Own {
  readonly to: Addressee;
  readonly message: Message | null;
  readonly upload?: () => Promise<void>;
}

interface Held {
  readonly said: Said;
  readonly audience: 'everyone' | Aside['to'];
}

/** Chat, files and reactions. What could not be sent stays, marked, until it is sent again. */
export class Talk {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #files: Attachments;
  readonly #parts: TalkParts;
  readonly #heldBack = new Map<DeviceKey, readonly Held[]>();
  /** One's own messages as they were or are to be sent, by their id on screen. */
  readonly #own = new Map<string, Own>();

  constructor(context: CoreContext, keeper: GroupKeeper, files: Attachments, parts: TalkParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#files = files;
    this.#parts = parts;
  }

  /** Says something to everyone, to the hosts or to one person; `reply` is the message it answers. */
  say(text: string, to: Addressee = { kind: 'everyone' }, reply: string | null = null): void {
    const trimmed = text.trim().slice(0, limits.chatCharacters);
    if (!trimmed) return;
    const mentions = this.#mentionsIn(trimmed);
    const message: Message = { type: 'chat', ...this.#begin(reply), text: trimmed, mentions };
    const id = this.#keyOf(message.id);
    this.#own.set(id, { to, message });
    this.#show(this.#viewOf(this.#context.identity.key, message, this.#audienceOf(to), 'sending'));
    this.#deliver(id);
  }

  /** Seals and uploads a file, then says where it is. Refusals are shown with the file. */
  async sendFile(
    file: Blob & { readonly name: string },
    to: Addressee = { kind: 'everyone' },
    reply: string | null = null,
  ): Promise<void> {
    const begun = this.#begin(reply);
    const id = this.#keyOf(begun.id);
    const offer = await this.#files.describe(file);
    const upload = async () => {
      const sealed = await this.#files.upload(id, file, offer);
      // Taken back meanwhile.
      if (!this.#own.has(id)) return;
      if (!sealed) return this.#mark(id, 'failed');
      this.#own.set(id, { to, message: { type: 'file', ...begun, file: sealed } });
      this.#files.know(id, sealed);
      this.#deliver(id);
    };
    this.#own.set(id, { to, message: null, upload });
    this.#show({
      ...this.#emptyView(this.#context.identity.key, begun, this.#audienceOf(to), 'sending'),
      file: fileViewOf(offer),
    });
    await upload();
  }

  /** Another text for a message of one's own; it changes once the others have it. */
  edit(id: string, text: string): void {
    const trimmed = text.trim().slice(0, limits.chatCharacters);
    const own = this.#own.get(id);
    if (!trimmed || own?.message?.type !== 'chat') return;
    this.#tell(own.to, { type: 'edit', id: own.message.id, text: trimmed }, () => {
      this.#change(id, () => ({ text: trimmed, change: 'edited' }));
    });
  }

  /** Takes a message of one's own back, and its file from the server. */
  unsay(id: string): void {
    const own = this.#own.get(id);
    if (!own) return;
    const gone = () => {
      this.#own.delete(id);
      this.#files.withdraw(id);
      this.#change(id, () => takenBack);
    };
    const shown = this.#context.store.state.chat.find((message) => message.id === id);
    if (!own.message) return gone();
    const unsay: Said = { type: 'unsay', id: own.message.id };
    // Most likely nobody has it; only its answer may have been lost.
    if (shown?.state === 'failed') void this.#send(own.to, unsay).then(gone, gone);
    else this.#tell(own.to, unsay, gone);
  }

  retry(id: string): void {
    const shown = this.#context.store.state.chat.find((message) => message.id === id);
    const own = this.#own.get(id);
    if (shown?.state !== 'failed' || !own) return;
    this.#mark(id, 'sending');
    if (own.message) this.#deliver(id);
    else void own.upload?.();
  }

  /** Sends again what failed while the connection was away. */
  retryAll(): void {
    for (const message of this.#context.store.state.chat)
      if (message.state === 'failed' && this.#own.get(message.id)?.message) this.retry(message.id);
    this.#files.nudge();
  }

  react(emoji: string): void {
    this.#keeper.outbox.send({ type: 'reaction', emoji }).catch(() => undefined);
    this.#showReaction(this.#context.identity.key, emoji);
  }

  /** What another member said; shown only as far as the signed rules let it speak. */
  take(from: DeviceKey, said: Said, audience: 'everyone' | Aside['to']): void {
    if (!this.#maySay(from, said, audience)) return;
    if (this.#parts.heldBack(from)) {
      const held = [...(this.#heldBack.get(from) ?? []), { said, audience }];
      this.#heldBack.set(from, held.slice(-HELD_BACK_KEPT));
      return;
    }
    this.#hear(from, said, audience);
  }

  /** Shows what was held back of one member. */
  release(from: DeviceKey): void {
    const held = this.#heldBack.get(from) ?? [];
    this.#heldBack.delete(from);
    for (const { said, audience } of held) this.#hear(from, said, audience);
  }

  takeReaction(from: DeviceKey, content: Content & { type: 'reaction' }): void {
    this.#showReaction(from, content.emoji);
  }

  /** A modified client that speaks out of turn is not shown by anybody. */
  #maySay(from: DeviceKey, said: Said, audience: 'everyone' | Aside['to']): boolean {
    const { identity, records } = this.#context;
    const { chain } = records;
    const { mayNow } = this.#parts;
    // What one said oneself may be taken back whatever has changed since.
    if (said.type === 'unsay') return true;
    if (said.type === 'file' && !mayNow(from, 'files')) return false;
    if (audience === 'everyone') return mayNow(from, 'chat');
    const toStaff = isStaff(chain, identity.key);
    if (audience === 'hosts') return toStaff && mayNow(from, 'chatHosts');
    return mayNow(from, 'privateChat') || (toStaff && mayNow(from, 'chatHosts'));
  }

  #hear(from: DeviceKey, said: Said, audience: 'everyone' | Aside['to']): void {
    // The author is part of the identity, so that nobody can replace, change or take back another's message.
    const id = keyOf(from, said.id);
    const known = this.#context.store.state.chat.find((message) => message.id === id);
    switch (said.type) {
      case 'edit':
        if (known?.audience.kind !== audience || known.file || known.change === 'deleted') return;
        return this.#change(id, () => ({ text: said.text, change: 'edited' }));
      case 'unsay':
        if (known?.audience.kind !== audience) return;
        this.#files.forget(id);
        return this.#change(id, () => takenBack);
      default:
        if (known) return;
        if (said.type === 'file') this.#files.know(id, said.file);
        this.#show(this.#viewOf(from, said, this.#heardBy(audience), 'sent'));
        if (said.type === 'chat' && said.mentions?.includes(this.#context.identity.key)) {
          this.#parts.notice({ kind: 'mentioned', name: this.#parts.nameOf(from) });
        }
    }
  }

  #heardBy(audience: 'everyone' | Aside['to']): Audience {
    if (audience !== 'person') return { kind: audience };
    const { identity, store } = this.#context;
    return { kind: 'person', device: identity.key, name: store.state.name };
  }

  #audienceOf(to: Addressee): Audience {
    return to.kind === 'person' ? { ...to, name: this.#parts.nameOf(to.device) } : to;
  }

  #begin(reply: string | null): Pick<Message, 'id' | 'at' | 'reply'> {
    const id = toBase64Url(randomBytes(12));
    const answered = reply === null ? null : referenceOf(reply);
    return { id, at: this.#context.clock.now(), ...(answered ? { reply: answered } : {}) };
  }

  #deliver(id: string): void {
    const own = this.#own.get(id);
    if (!own?.message) return;
    this.#send(own.to, own.message).then(
      () => this.#mark(id, 'sent'),
      () => this.#mark(id, 'failed'),
    );
  }

  #tell(to: Addressee, said: Said, done: () => void): void {
    this.#send(to, said).then(done, (error: unknown) => {
      this.#parts.notice(requestFailed(error));
    });
  }

  #send(to: Addressee, said: Said): Promise<void> {
    if (to.kind === 'everyone') return this.#keeper.outbox.send(said);
    if (to.kind === 'person') return this.#keeper.outbox.sendAside([to.device], { to: 'person', said });
    const { chain } = this.#context.records;
    const hosts = this.#parts.others().filter((device) => isStaff(chain, device));
    return this.#keeper.outbox.sendAside(hosts.slice(0, limits.asideReceivers), { to: 'hosts', said });
  }

  #viewOf(
    from: DeviceKey,
    said: Message,
    audience: Audience,
    state: ChatMessageView['state'],
  ): ChatMessageView {
    const view = this.#emptyView(from, said, audience, state);
    if (said.type === 'file') return { ...view, file: fileViewOf(said.file) };
    const mentions = (said.mentions ?? []).map((device) => ({ device, name: this.#parts.nameOf(device) }));
    return { ...view, text: said.text, mentions };
  }

  #emptyView(
    from: DeviceKey,
    { id, reply }: Pick<Message, 'id' | 'reply'>,
    audience: Audience,
    state: ChatMessageView['state'],
  ): ChatMessageView {
    const { identity, store, clock } = this.#context;
    const self = from === identity.key;
    return {
      id: keyOf(from, id),
      from,
      name: self ? store.state.name : this.#parts.nameOf(from),
      self,
      text: '',
      at: clock.now(),
      state,
      change: 'none',
      audience,
      reply: reply ? quoteOf(store.state.chat, keyOf(reply.from, reply.id)) : null,
      mentions: [],
      file: null,
    };
  }

  /** Members called by `@name` in a text. */
  #mentionsIn(text: string): DeviceKey[] {
    if (!text.includes('@')) return [];
    const called = this.#parts.others().filter((device) => text.includes(`@${this.#parts.nameOf(device)}`));
    return called.slice(0, limits.mentions);
  }

  #keyOf(id: string): string {
    return keyOf(this.#context.identity.key, id);
  }

  #show(message: ChatMessageView): void {
    const { store } = this.#context;
    store.set({ chat: withMessage(store.state.chat, message) });
  }

  #change(id: string, change: (message: ChatMessageView) => Partial<ChatMessageView>): void {
    const { store } = this.#context;
    store.set({ chat: withChange(store.state.chat, id, change) });
  }

  #mark(id: string, state: ChatMessageView['state']): void {
    this.#change(id, () => ({ state }));
  }

  #showReaction(from: DeviceKey, emoji: string): void {
    const { store, clock } = this.#context;
    const reaction: ReactionView = { id: toBase64Url(randomBytes(12)), from, emoji };
    store.set({ reactions: [...store.state.reactions, reaction] });
    clock.after(REACTION_MS, () => {
      store.set({ reactions: store.state.reactions.filter((other) => other.id !== reaction.id) });
    });
  }
}

/** A message's id on screen. */
function keyOf(from: DeviceKey, id: string): string {
  return `${from}:${id}`;
}

/** What a message's id on screen refers to. */
function referenceOf(id: string): NonNullable<Message['reply']> | null {
  const at = id.indexOf(':');
  const from = deviceKey.safeParse(id.slice(0, at));
  return from.success ? { from: from.data, id: id.slice(at + 1) } : null;
}
