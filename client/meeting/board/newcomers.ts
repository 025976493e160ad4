import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { BoardAct } from '../../e2ee/boardContent.ts';
import type { CoreContext } from '../core/context.ts';
import type { Canvas } from './canvas.ts';
import { Pieces, piecesOf } from './telling.ts';

/** How long boards may differ: what is under way settles within it. In milliseconds. */
const PATIENCE_MS = 6_000;
/** From then on it is shown. */
const LASTING_MS = 25_000;
/** Between two answers to those who ask again, and between two askings. */
const ANSWER_MS = 5_000;
const ASKINGS = 4;

export interface NewcomerSource {
  readonly canvas: Canvas;
  /** Devices in the group that are connected, this one included, by leaf: the same for all. */
  readonly present: () => readonly DeviceKey[];
  /** Whether a device may draw now, by the signed records. */
  readonly annotates: (device: DeviceKey) => boolean;
  /** One's own drawing, once everything sent before is in it; null where there is none. */
  readonly own: () => Promise<{ readonly name: string; readonly state: Uint8Array } | null>;
}

export interface NewcomerHooks {
  readonly say: (act: BoardAct) => Promise<void>;
  readonly changed: () => void;
}

/**
 * Brings the board to those who come later. Every author tells of its own drawing itself, so that nobody can put
 * strokes into its mouth. What is left by people who are gone, or who may not draw any more and so could tell of
 * what they never drew, is told by one member, the first by leaf; its word stands only as long as the digests that
 * all members state show the others the same board. A newcomer whose board differs asks again and the next member
 * tells; what keeps differing is shown.
 */
export class Newcomers {
  readonly #context: CoreContext;
  readonly #source: NewcomerSource;
  readonly #hooks: NewcomerHooks;
  readonly #pieces = new Pieces();
  readonly #differing = new Map<DeviceKey, number>();
  readonly #agreeing = new Set<DeviceKey>();
  readonly #tried = new Set<DeviceKey>();
  /** Drawings whose authors left since; back again, they begin others. */
  readonly #closed = new Set<string>();
  /** Came to a board it has not yet been told of in a way that others confirm. */
  #unsure: boolean;
  #askings = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #cancelAnswer: (() => void) | null = null;
  /** Others told of this device's drawing while it might not; they know it from nobody's own word. */
  #owesOwn = false;

  constructor(context: CoreContext, source: NewcomerSource, hooks: NewcomerHooks, newcomer: boolean) {
    this.#unsure = newcomer;
    this.#context = context;
    this.#source = source;
    this.#hooks = hooks;
  }

  /** Members whose board has been another for a while. */
  get differs(): readonly DeviceKey[] {
    const now = this.#context.clock.now();
    const here = new Set(this.#source.present());
    return [...this.#differing].flatMap(([device, since]) =>
      here.has(device) && now - since >= LASTING_MS ? [device] : [],
    );
  }

  newEpoch(added: readonly DeviceKey[], removed: readonly DeviceKey[]): void {
    const { key } = this.#context.identity;
    for (const [name, { author }] of this.#source.canvas.drawings)
      if (removed.includes(author)) this.#closed.add(name);
    this.#differing.clear();
    this.#agreeing.clear();
    if (added.includes(key)) {
      this.#unsure = this.#source.present().some((device) => device !== key);
      this.#askings = 0;
      this.#tried.clear();
      return;
    }
    if (added.length > 0) void this.#tell(new Set(added));
  }

  /** This device's rights may be others than before. */
  note(): void {
    if (!this.#owesOwn || !this.#source.annotates(this.#context.identity.key)) return;
    this.#owesOwn = false;
    void this.#tellOwn();
  }

  /** `annotates`: whether the sender might draw at this place in the stream. */
  take(from: DeviceKey, act: BoardAct & { do: 'tell' | 'erased' | 'want' }, annotates: boolean): void {
    const { key } = this.#context.identity;
    if (from === key) return;
    switch (act.do) {
      case 'want':
        return this.#answer(from, act.tried);
      case 'erased':
        if (this.#believes(from)) this.#source.canvas.toldErased(act.refs);
        return;
      case 'tell': {
        const state = this.#pieces.take(from, act);
        if (!state) return;
        if (act.author === from && annotates) this.#source.canvas.ownedBy(from, act.drawing)?.apply(state);
        else if (this.#believes(from)) this.#source.canvas.told(act.author, act.drawing, from, state);
        return;
      }
    }
  }

  /** What another member sees at a place of the stream, and what this one sees there. */
  compare(from: DeviceKey, theirs: string | null, own: string | null): void {
    const now = this.#context.clock.now();
    if (theirs === own) {
      this.#agreeing.add(from);
      if (this.#differing.delete(from)) this.#hooks.changed();
      // Most see the same: it has been told everything, and nobody can tell it anything else any more.
      if (this.#agreeing.size > this.#differing.size) this.#unsure = false;
      return;
    }
    this.#agreeing.delete(from);
    const since = this.#differing.get(from) ?? now;
    this.#differing.set(from, since);
    if (now - since >= LASTING_MS) this.#hooks.changed();
    const outvoted = this.#differing.size >= this.#agreeing.size;
    if (now - since < PATIENCE_MS || !outvoted || !this.#mayBeWrong() || this.#askings >= ASKINGS) return;
    if (now - this.#askedAt >= PATIENCE_MS) void this.ask();
  }

  /** Forgets what it was told of people who are gone and asks for everything again. */
  async ask(): Promise<void> {
    const teller = this.#teller();
    if (teller) this.#tried.add(teller);
    this.#askings += 1;
    this.#askedAt = this.#context.clock.now();
    this.#unsure = true;
    this.#source.canvas.forgetTold();
    this.#pieces.clear();
    await this.#hooks.say({ do: 'want', tried: [...this.#tried].slice(-50) });
  }

  /** Idempotent. */
  stop(): void {
    this.#closed.clear();
    this.#cancelAnswer?.();
    this.#cancelAnswer = null;
    this.#pieces.clear();
    this.#differing.clear();
    this.#agreeing.clear();
  }

  /** Whose turn it is to tell this newcomer of what people left who are gone; nobody else is believed. */
  #teller(): DeviceKey | undefined {
    const { key } = this.#context.identity;
    return this.#source.present().find((device) => device !== key && !this.#tried.has(device));
  }

  #believes(from: DeviceKey): boolean {
    return this.#unsure && from === this.#teller();
  }

  /** Whoever has followed the stream from the beginning has nothing to ask. */
  #mayBeWrong(): boolean {
    if (this.#unsure) return true;
    return [...this.#source.canvas.drawings.values()].some(({ teller }) => teller !== null);
  }

  #answer(asker: DeviceKey, tried: readonly DeviceKey[]): void {
    if (this.#cancelAnswer) return;
    const { clock } = this.#context;
    const wait = Math.max(0, this.#answeredAt + ANSWER_MS - clock.now());
    this.#cancelAnswer = clock.after(wait, () => {
      this.#cancelAnswer = null;
      this.#answeredAt = clock.now();
      void this.#tell(new Set([asker, ...tried]));
    });
  }

  /** Tells of one's own drawing, and of those left behind where it is this device's turn among the `others`. */
  async #tell(unable: ReadonlySet<DeviceKey>): Promise<void> {
    const { key } = this.#context.identity;
    const { annotates } = this.#source;
    const present = this.#source.present();
    if (annotates(key)) await this.#tellOwn();
    else this.#owesOwn = true;
    if (present.find((device) => !unable.has(device)) !== key) return;
    const { canvas } = this.#source;
    for (const [name, { author, drawing, teller }] of canvas.drawings) {
      // Those present who may draw tell of their own; of an earlier stay they know no more than others do.
      const open =
        teller === null && !this.#closed.has(name) && present.includes(author) && annotates(author);
      if (open || drawing.shapes.size === 0) continue;
      for (const piece of piecesOf(author, name, drawing.state())) await this.#hooks.say(piece);
    }
    const { erased } = canvas;
    for (let start = 0; start < erased.length; start += limits.boardRefs)
      await this.#hooks.say({ do: 'erased', refs: erased.slice(start, start + limits.boardRefs) });
  }

  async #tellOwn(): Promise<void> {
    const own = await this.#source.own();
    if (!own) return;
    const { key } = this.#context.identity;
    for (const piece of piecesOf(key, own.name, own.state)) await this.#hooks.say(piece);
  }
}
