import { toBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { maySend } from '../../../shared/records/rights.ts';
import type { Permission } from '../../../shared/roles.ts';
import type { Content } from '../../e2ee/content.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { CaptionView } from '../chatView.ts';
import type { Notice } from '../noticeView.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import { requestFailed } from './requestFailed.ts';

type Caption = Content & { type: 'caption' };

/** What captions ask of the rest of the core. */
export interface CaptionParts {
  readonly nameOf: (device: DeviceKey) => string;
  readonly heldBack: (device: DeviceKey) => boolean;
  readonly notice: (notice: Notice) => void;
  readonly mayNow: (device: DeviceKey, right: Permission) => boolean;
}

/**
 * Words of what is said, from those who may write them: a captioner by the right to caption, a speaker's own
 * device as long as the speaker may be heard. Who wrote a line is the leaf that sent it, never what the line says.
 */
export class Captions {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #parts: CaptionParts;

  constructor(context: CoreContext, keeper: GroupKeeper, parts: CaptionParts) {
    this.#context = context;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  /**
   * Writes a line, or another text for one of one's own: `id` is that line's. An unfinished line is followed by
   * the same line with more in it.
   */
  write(line: { id: string | null; text: string; final: boolean; lang: string; spoken: boolean }): void {
    const text = line.text.trim().slice(0, limits.captionCharacters);
    if (!text) return;
    const { clock, identity } = this.#context;
    const { final, lang, spoken } = line;
    const id = line.id ?? toBase64Url(randomBytes(9));
    const caption: Caption = { type: 'caption', id, text, final, lang, spoken, at: clock.now() };
    this.#keeper.outbox.send(caption).then(
      () => this.#show(identity.key, caption),
      (error: unknown) => {
        // What is unfinished is said again in a moment.
        if (final) this.#parts.notice(requestFailed(error));
      },
    );
  }

  /** What another member wrote; shown only as far as the signed rules let it. */
  take(from: DeviceKey, caption: Caption): void {
    const { chain } = this.#context.records;
    const may = caption.spoken
      ? this.#parts.mayNow(from, 'speak') && maySend(chain, from, 'microphone')
      : this.#parts.mayNow(from, 'caption');
    if (may && !this.#parts.heldBack(from)) this.#show(from, caption);
  }

  #show(from: DeviceKey, { id, text, final, lang, spoken }: Caption): void {
    const { clock, identity, store } = this.#context;
    // The author is part of it, so that nobody can change another's line.
    const key = `${from}:${id}`;
    const { captions } = store.state;
    const known = captions.find((line) => line.id === key);
    // A message that was overtaken by the finished line.
    if (known?.final && !final) return;
    const self = from === identity.key;
    const line: CaptionView = {
      id: key,
      from,
      name: self ? store.state.name : this.#parts.nameOf(from),
      self,
      text,
      final,
      lang,
      spoken,
      at: known?.at ?? clock.now(),
    };
    const next = known ? captions.map((each) => (each === known ? line : each)) : [...captions, line];
    store.set({ captions: next.slice(-limits.captionsKept) });
  }
}
