import { fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { type BoardAct, drawingOfMember, type PointerMessage } from '../../e2ee/boardContent.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { BoardWish } from '../boardView.ts';
import type { Attachments } from '../core/attachments.ts';
import type { CoreContext } from '../core/context.ts';
import type { GroupKeeper } from '../core/groupKeeper.ts';
import { requestFailed } from '../core/requestFailed.ts';
import type { Notice } from '../noticeView.ts';
import { Canvas, drawingOf, idOf } from './canvas.ts';
import { Easel } from './easel.ts';
import { pictureFile } from './element.ts';
import { BoardImages } from './images.ts';
import { Newcomers } from './newcomers.ts';
import { OwnDrawing } from './ownDrawing.ts';

/** While somebody draws, what they drew goes out this often, in milliseconds. */
const BATCH_MS = 120;
const RESEND_MS = 1_500;
const NAME_BYTES = 6;
/** Longest side of an image as it is put on the board. */
const IMAGE_SIDE = 600;

/** What somebody said of the board, with the rights they had at that place in the stream. */
export interface HeardAct {
  readonly from: DeviceKey;
  readonly act: BoardAct;
  readonly annotates: boolean;
  readonly moderates: boolean;
}

/** What the board asks of the rest of the core. */
export interface BoardParts {
  readonly nameOf: (device: DeviceKey) => string;
  /** Its identity changed and the person has not acknowledged it. */
  readonly heldBack: (device: DeviceKey) => boolean;
  /** Nobody below co-host is heard, for want of a host. */
  readonly frozen: () => boolean;
  readonly notice: (notice: Notice) => void;
  /** Rights by the records alone, so that all members judge alike. */
  readonly may: (device: DeviceKey, right: 'annotate' | 'moderate' | 'files') => boolean;
  readonly files: Attachments;
}

/**
 * The whiteboard of one meeting, and what is drawn over shared screens. Every member has a Yjs document of its
 * own (`Drawing`), which nothing but that member's authenticated messages changes; the board is all of them
 * together. So members cannot rewrite or delete what is another's, nor write under another's name, by whatever
 * update they make up. Taking away another's element is a message of its own (`erase`) that counts from those who
 * may moderate. Whether an act counts is decided at its place in the one stream, by the signed records as they
 * are there: all honest members decide alike, its author included.
 */
export class Board {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: BoardParts;
  readonly #canvas = new Canvas();
  readonly #easel: Easel;
  readonly #newcomers: Newcomers;
  readonly #images: BoardImages;
  /** Screens that may be drawn on, and the round of each. */
  readonly #rounds = new Map<DeviceKey, string>();
  #name: string;
  #own: OwnDrawing;
  #underWay: readonly Promise<void>[] = [];
  #cancelFlush: (() => void) | null = null;
  #cancelResend: (() => void) | null = null;
  /** The screen this device shares may be drawn on. */
  #sharing: string | null = null;
  #pointing = false;
  /** There is something on the board. */
  #begun = false;

  /** `newcomer`: others may have drawn before this device came. */
  constructor(context: CoreContext, keeper: GroupKeeper, parts: BoardParts, newcomer: boolean) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
    [this.#name, this.#own] = this.#begin();
    this.#images = new BoardImages(parts.files, () => this.#easel.paint());
    this.#easel = new Easel(context, parts, {
      images: this.#images,
      canvas: this.#canvas,
      own: () => this.#own,
      name: () => this.#name,
      rounds: this.#rounds,
      differs: () => this.#newcomers.differs,
    });
    this.#newcomers = new Newcomers(
      context,
      {
        canvas: this.#canvas,
        present: () => this.#keeper.present(),
        annotates: (device) => this.#parts.may(device, 'annotate'),
        own: () => this.#tellable(),
      },
      { say: (act) => this.#say(act), changed: () => this.#easel.paint() },
      newcomer,
    );
  }

  /** Takes what the stream brought, one's own included. */
  take({ from, act, annotates, moderates }: HeardAct): void {
    switch (act.do) {
      case 'draw':
        this.#takeDraw(from, act, annotates);
        break;
      case 'tell':
      case 'erased':
      case 'want':
        this.#newcomers.take(from, act, annotates);
        break;
      case 'erase':
        if (!moderates && !annotates) return;
        this.#canvas.erase(act.refs, from, moderates);
        if ((moderates || from === this.#context.identity.key) && this.#mayDraw())
          this.#own.drop(act.refs.filter((ref) => drawingOf(ref) === this.#name).map(idOf));
        this.#begun = this.#isDrawnOn();
        break;
      case 'share':
        if (act.round === null) this.#rounds.delete(from);
        else this.#rounds.set(from, act.round);
        this.#dropStale();
        break;
    }
    this.#easel.paint();
  }

  takePointer(from: DeviceKey, { at }: PointerMessage): void {
    if (this.#parts.may(from, 'annotate')) this.#easel.point(from, at);
  }

  /** Does what the person wants; a refusal is shown as a notice. */
  want(wish: BoardWish): void {
    this.#carryOut(wish).catch((error: unknown) => {
      this.#parts.notice(requestFailed(error));
    });
  }

  /** People came and went. */
  newEpoch(added: readonly DeviceKey[], removed: readonly DeviceKey[]): void {
    if (added.includes(this.#context.identity.key)) this.#enter();
    for (const device of removed) {
      if (added.includes(device)) continue;
      this.#rounds.delete(device);
      this.#easel.point(device, null);
    }
    this.#newcomers.newEpoch(added, removed);
    const present = new Set(this.#keeper.present());
    this.#canvas.tidy((author) => present.has(author));
    if (added.length > 0 && this.#sharing) void this.#say({ do: 'share', round: this.#sharing });
    this.#dropStale();
    this.#easel.paint();
  }

  /** People, names or this person's rights have changed. */
  note(): void {
    this.#newcomers.note();
    this.#easel.paint();
  }

  /** For the others to compare; null while there is nothing. */
  digest(): string | null {
    return this.#canvas.digest();
  }

  /** What another member sees at the same place in the stream. */
  compare(from: DeviceKey, digest: string | null): void {
    this.#newcomers.compare(from, digest, this.digest());
  }

  /** Idempotent. */
  clear(): void {
    this.#cancelFlush?.();
    this.#cancelResend?.();
    this.#cancelFlush = this.#cancelResend = null;
    this.#newcomers.stop();
    this.#easel.stop();
    this.#own.destroy();
    this.#canvas.clear();
    this.#images.clear();
    this.#rounds.clear();
  }

  async #carryOut(wish: BoardWish): Promise<void> {
    const { key } = this.#context.identity;
    if (wish.do === 'share') return this.#share(wish.on);
    if (wish.do === 'reload') return this.#newcomers.ask();
    if (!this.#parts.may(key, 'annotate') || this.#parts.frozen()) throw new ProtocolError('forbidden');
    switch (wish.do) {
      case 'put':
        if (!this.#own.put(wish.id, wish.shape)) throw new ProtocolError('bad-request');
        return;
      case 'extend':
        // A line that holds no more simply ends there.
        this.#own.extend(wish.id, wish.points);
        return;
      case 'change':
        if (drawingOf(wish.ref) === this.#name) this.#own.change(idOf(wish.ref), wish.change, wish.first);
        return;
      case 'image':
        return this.#image(wish.file, wish.at);
      case 'remove':
        return this.#remove(wish.refs);
      case 'clear':
        return this.#remove(this.#easel.onBoard());
      case 'undo':
      case 'redo':
        return this.#own[wish.do]();
      case 'point':
        return this.#point(wish.at);
    }
  }

  /** One's own come back by undo; what is another's, or from an earlier stay, is erased for good. */
  async #remove(refs: readonly string[]): Promise<void> {
    this.#own.remove(refs.filter((ref) => drawingOf(ref) === this.#name).map(idOf));
    const others = refs.filter((ref) => drawingOf(ref) !== this.#name);
    for (let start = 0; start < others.length; start += limits.boardRefs)
      await this.#keeper.outbox.sendInOrder({
        type: 'board',
        act: { do: 'erase', refs: others.slice(start, start + limits.boardRefs) },
      });
  }

  async #image(picked: Blob, { x, y }: { readonly x: number; readonly y: number }): Promise<void> {
    if (!this.#parts.may(this.#context.identity.key, 'files')) throw new ProtocolError('forbidden');
    const own = this.#own;
    const stored = await this.#parts.files.storeImage(picked);
    if (!stored) return this.#parts.notice({ kind: 'board-image' });
    const scale = Math.min(1, IMAGE_SIDE / Math.max(stored.width, stored.height));
    const width = Math.round(stored.width * scale);
    const height = Math.round(stored.height * scale);
    const z = this.#easel.top() + 1;
    const place = {
      on: 'board',
      x: Math.round(x - width / 2),
      y: Math.round(y - height / 2),
      z,
      ink: 'black',
    } as const;
    const file = pictureFile.parse(stored.file);
    const put =
      own === this.#own && own.put(this.#elementId(), { kind: 'image', ...place, width, height, file });
    if (!put) throw new ProtocolError('bad-request');
  }

  #elementId(): string {
    return toBase64Url(randomBytes(NAME_BYTES));
  }

  async #point(at: PointerMessage['at']): Promise<void> {
    if (at === null && !this.#pointing) return;
    this.#pointing = at !== null;
    await this.#keeper.outbox.relay({ type: 'pointer', at }).catch(() => undefined);
  }

  async #share(on: boolean): Promise<void> {
    const round = on ? toBase64Url(randomBytes(NAME_BYTES)) : null;
    if (!round && !this.#sharing) return;
    this.#sharing = round;
    await this.#keeper.outbox.sendInOrder({ type: 'board', act: { do: 'share', round } });
  }

  #takeDraw(from: DeviceKey, { drawing, update }: BoardAct & { do: 'draw' }, annotates: boolean): void {
    const bytes = fromBase64Url(update);
    if (from !== this.#context.identity.key) {
      if (annotates && this.#canvas.ownedBy(from, drawing)?.apply(bytes)) this.#noticeBegin(from);
      return;
    }
    // Of an earlier stay of this device.
    if (drawing !== this.#name) return;
    if (annotates) this.#own.confirm(bytes);
    else {
      this.#own.refuse();
      this.#parts.notice({ kind: 'request-failed', code: 'forbidden' });
    }
  }

  /** Somebody is the first to draw on the board. */
  #noticeBegin(from: DeviceKey): void {
    if (this.#begun) return;
    this.#begun = this.#isDrawnOn();
    if (this.#begun) this.#parts.notice({ kind: 'board-drawn', by: this.#parts.nameOf(from) });
  }

  #isDrawnOn(): boolean {
    return this.#canvas.elements().some(({ shape }) => shape.on === 'board');
  }

  /** Takes what lies on screens that are not shared any more out of one's own drawing. */
  #dropStale(): void {
    if (!this.#mayDraw()) return;
    const stale = [...this.#own.shapes].filter(([, { on }]) => !this.#easel.isThere(on));
    this.#own.drop(stale.map(([id]) => id));
  }

  #mayDraw(): boolean {
    return this.#parts.may(this.#context.identity.key, 'annotate');
  }

  #begin(): [string, OwnDrawing] {
    const { key } = this.#context.identity;
    const name = drawingOfMember(key, toBase64Url(randomBytes(NAME_BYTES)).slice(0, 6));
    const own = new OwnDrawing(() => this.#changed());
    this.#canvas.adopt(key, name, own.confirmed);
    return [name, own];
  }

  /** This device has just come: what it drew before is its own still, in a drawing that is closed. */
  #enter(): void {
    this.clear();
    [this.#name, this.#own] = this.#begin();
    if (this.#sharing) void this.#say({ do: 'share', round: this.#sharing });
  }

  #changed(): void {
    this.#easel.paint();
    this.#cancelFlush ??= this.#context.clock.after(BATCH_MS, () => {
      this.#cancelFlush = null;
      for (const update of this.#own.takeUnsent()) this.#send(update);
    });
  }

  #send(update: Uint8Array): void {
    const act: BoardAct = { do: 'draw', drawing: this.#name, update: toBase64Url(update) };
    const own = this.#own;
    const sent = this.#keeper.outbox.sendInOrder({ type: 'board', act }).catch(() => {
      if (own === this.#own) this.#resendLater();
    });
    this.#underWay = [...this.#underWay, sent];
    void sent.then(() => {
      this.#underWay = this.#underWay.filter((each) => each !== sent);
    });
  }

  /** The connection was away, or the server asked for patience. */
  #resendLater(): void {
    this.#cancelResend ??= this.#context.clock.after(RESEND_MS, () => {
      this.#cancelResend = null;
      const rest = this.#own.unconfirmed();
      if (rest) this.#send(rest);
      else this.#own.refuse();
    });
  }

  /** One's own drawing for newcomers, once everything sent before is in it. */
  async #tellable(): Promise<{ name: string; state: Uint8Array } | null> {
    await Promise.all(this.#underWay);
    const { confirmed } = this.#own;
    return confirmed.shapes.size === 0 ? null : { name: this.#name, state: confirmed.state() };
  }

  #say(act: BoardAct): Promise<void> {
    const content = { type: 'board', act } as const;
    const sent =
      act.do === 'share' ? this.#keeper.outbox.sendInOrder(content) : this.#keeper.outbox.send(content);
    return sent.catch(() => undefined);
  }
}
