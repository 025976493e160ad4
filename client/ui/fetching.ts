/** Pauses between attempts to fetch a part, in milliseconds; a change of network takes seconds. */
const PAUSES = [500, 1_500, 4_000];

async function persistently<Result>(load: () => Promise<Result>): Promise<Result> {
  for (const pause of PAUSES) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await mendStyles();
    }
  }
  return load();
}

/** Fetches style sheets anew that did not come: with the next attempt the builder's loader takes them for there. */
async function mendStyles(): Promise<void> {
  const missing = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter(
    ({ sheet }) => sheet === null,
  );
  await Promise.all(
    missing.map((old) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.crossOrigin = old.crossOrigin;
      link.href = old.href;
      const settled = new Promise((resolve) => {
        link.onload = resolve;
        link.onerror = resolve;
      });
      old.replaceWith(link);
      return settled;
    }),
  );
}

/** How often somebody asked for what was missing. */
let askedAgain = 0;

/** Lets what failed be tried once more when it is next needed. */
export function askAgain(): void {
  askedAgain += 1;
}

/** Something that is fetched when it is first needed, and once. */
export interface Fetching<Thing> {
  /** The same promise for everybody, as `use` wants it. Rejects where several attempts failed. */
  begin(): Promise<Thing>;
  /** Begins before it is needed. Never rejects: whoever needs it hears of a failure. */
  preload(): Promise<void>;
}

/** Fetches by `load`; a failure is not for ever: it is tried again, by itself and when a person asks. */
export function fetching<Thing>(load: () => Promise<Thing>): Fetching<Thing> {
  let started: Promise<Thing> | null = null;
  /** The value of `askedAgain` when it failed; null while it has not. */
  let failedAt: number | null = null;
  const begin = () => {
    // What failed stays failed, or it would be tried for ever without a word, until somebody asks for it again.
    if (failedAt !== null && failedAt < askedAgain) started = null;
    if (started === null) {
      failedAt = null;
      const begun = persistently(load);
      begun.then(
        // As `use` marks it: what is there is shown at once, without waiting for a promise.
        (value) => Object.assign(begun, { status: 'fulfilled', value }),
        () => {
          failedAt = askedAgain;
        },
      );
      started = begun;
    }
    return started;
  };
  return {
    begin,
    preload: () =>
      begin().then(
        () => undefined,
        () => undefined,
      ),
  };
}
