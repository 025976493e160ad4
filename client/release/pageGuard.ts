import type { Check, GuardAlarm, GuardQuestion, GuardQuestions, ReleaseFacts } from './guardMessages.ts';

/** The guard did not answer; a service worker that hangs must not keep the page from starting. */
const answerWithinMs = 15_000;
/** A whole release comes over whatever line there is. */
const releaseWithinMs = 180_000;

function ask<Name extends keyof GuardQuestions>(
  worker: ServiceWorker,
  question: GuardQuestions[Name]['ask'] & GuardQuestion,
  withinMs = answerWithinMs,
): Promise<GuardQuestions[Name]['answer']> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => reject(new Error('the guard does not answer')), withinMs);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      port1.close();
      resolve(data);
    };
    worker.postMessage(question, [port2]);
  });
}

/** The registration of this browser, where service workers exist and are allowed. */
async function registered(): Promise<ServiceWorkerRegistration | null> {
  try {
    return (await navigator.serviceWorker.getRegistration('/')) ?? null;
  } catch {
    return null;
  }
}

/** Which release this browser holds the site to; null where nothing guards the page. */
export async function releaseFacts(): Promise<ReleaseFacts | null> {
  const active = 'serviceWorker' in navigator ? (await registered())?.active : null;
  return active ? ask<'state'>(active, { kind: 'state' }).catch(() => null) : null;
}

/** The page's side of the guard. Without service workers it does nothing, and says so by `facts()` alone. */
export class PageGuard {
  /** Settles when every request of the page goes through the guard, or nothing will ever guard it. */
  readonly ready: Promise<void>;
  readonly #registration: ServiceWorkerRegistration | null;
  #expected: Promise<Check> | null = null;

  private constructor(registration: ServiceWorkerRegistration | null, ready: Promise<void>) {
    this.#registration = registration;
    this.ready = ready;
  }

  /** Finds the guard of this browser, or begins to install it. `alarm` is told what it finds later. */
  static async open(alarm: (alarm: GuardAlarm | { readonly kind: 'guard' }) => void): Promise<PageGuard> {
    if (!('serviceWorker' in navigator)) return new PageGuard(null, Promise.resolve());
    navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<GuardAlarm>) => alarm(data));
    navigator.serviceWorker.startMessages();
    const registration = await registered();
    if (registration?.active) {
      const guard = new PageGuard(registration, Promise.resolve());
      registration.addEventListener('updatefound', () => {
        void guard.check().then((check) => {
          if (check.kind !== 'update' || !check.guard) alarm({ kind: 'guard' });
        });
      });
      return guard;
    }
    return new PageGuard(null, install());
  }

  check(): Promise<Check> {
    const active = this.#registration?.active;
    if (!active) return Promise.resolve({ kind: 'same' });
    this.#expected ??= ask<'check'>(active, { kind: 'check' }).catch(() => ({ kind: 'unreachable' }));
    return this.#expected;
  }

  /** Takes the release that was offered. Resolves to false where it did not come whole. */
  async accept(digest: string): Promise<boolean> {
    const registration = this.#registration;
    if (!registration?.active) return false;
    const { active } = registration;
    const question = { kind: 'accept', digest } as const;
    const accepted = await ask<'accept'>(active, question, releaseWithinMs).catch(() => false);
    const expected = await this.#expected;
    if (accepted && expected?.kind === 'update' && expected.guard) await takeOver(registration);
    return accepted;
  }

  /** Fetches what is not here yet of the release in use. */
  async keep(): Promise<void> {
    const { controller } = navigator.serviceWorker ?? {};
    if (controller) await ask<'keep'>(controller, { kind: 'keep' }, releaseWithinMs).catch(() => false);
  }

  /** Lets go of guard and pin; the next load takes what the server has. */
  async leave(): Promise<void> {
    await this.#registration?.unregister();
    await caches.delete('sealroom-release');
  }
}

/**
 * Puts the guard of an accepted release in charge. Where that does not come about, the old guard still has the
 * release, and the browser offers the new one again.
 */
async function takeOver(registration: ServiceWorkerRegistration): Promise<void> {
  // The browser may not have looked for it yet; found after the next load it would pass for one that nobody asked for.
  await registration.update().catch(() => undefined);
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return;
  const changed = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    setTimeout(resolve, answerWithinMs);
  });
  await installed(worker);
  await ask<'takeOver'>(worker, { kind: 'take-over' }).catch(() => false);
  await changed;
}

/** Settles when a service worker waits to take over, or is given up. */
function installed(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const look = () => worker.state !== 'installing' && resolve();
    worker.addEventListener('statechange', look);
    look();
  });
}

/** Installs the guard. Settles when it is in charge, or cannot be: the browser forbids it, or the server has none. */
async function install(): Promise<void> {
  const inCharge = new Promise<void>((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  try {
    const registration = await navigator.serviceWorker.register('/guard.js', { updateViaCache: 'none' });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const failed = new Promise<void>((resolve) => {
      worker?.addEventListener('statechange', () => worker.state === 'redundant' && resolve());
    });
    await Promise.race([inCharge, failed]);
  } catch {
    return;
  }
}
