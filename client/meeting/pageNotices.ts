import type { Notice, NoticeView } from './noticeView.ts';

const kept = 10;

/** Notices that the page makes itself, beside those of the core. */
export class PageNotices {
  readonly #onChange: () => void;
  #notices: readonly NoticeView[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get all(): readonly NoticeView[] {
    return this.#notices;
  }

  add(notice: Notice): void {
    const entry = { id: crypto.randomUUID(), notice, at: Date.now() };
    const before = this.#notices.filter((each) => !isOutdated(each.notice, notice));
    this.#notices = [...before, entry].slice(-kept);
    this.#onChange();
  }

  /** False when the notice is not one of these. */
  dismiss(id: string): boolean {
    const left = this.#notices.filter((entry) => entry.id !== id);
    if (left.length === this.#notices.length) return false;
    this.#notices = left;
    this.#onChange();
    return true;
  }
}

/** Of one device only the latest failure counts. */
function isOutdated(old: Notice, now: Notice): boolean {
  return old.kind === 'device-failed' && now.kind === 'device-failed' && old.source === now.source;
}
