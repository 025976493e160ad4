import type { Language } from '../i18n/language.ts';
import { releaseEn } from '../i18n/release.en.ts';
import { releaseZhTW } from '../i18n/release.zh-TW.ts';
import { applyPreferences } from '../ui/preferences.ts';
import { PageGuard } from './pageGuard.ts';
import { PageParts } from './parts.ts';
import { explain, mayStart, type Problem, type Words } from './questions.ts';

/**
 * The first script of the page. It finds the guard, which pins the release in this browser, asks what there is to be
 * asked, and only then starts the application; and it says why where something is not what was published.
 */
const { language } = applyPreferences();
// Here already, for what is said before anything else may be loaded; English for a language without its own.
const translated: Partial<Record<Language, Words>> = { 'zh-TW': releaseZhTW };
const words = translated[language] ?? releaseEn;
const parts = new PageParts();

const keepAfterMs = 60_000;

let close = () => {};
let explained = false;
function stop(problem: Problem): void {
  if (explained) return;
  explained = true;
  close();
  void explain(problem, words);
}

/** Something did not load. What was altered stops the page; what did not arrive later may be asked for again. */
async function diagnose(): Promise<boolean> {
  const path = await parts.findAltered();
  if (path !== null) stop({ kind: 'altered', path });
  return path !== null;
}

addEventListener('vite:preloadError', () => void diagnose());
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') void diagnose();
  },
  { capture: true },
);

const guard = await PageGuard.open(stop);
if (await mayStart(guard, await guard.check(), words, language)) {
  await start();
}

async function start(): Promise<void> {
  if (document.getElementById('app') === null) {
    const place = document.createElement('div');
    place.id = 'app';
    document.body.replaceChildren(place);
  }
  try {
    const { startApplication } = await import('../main.tsx');
    close = await startApplication(language, workersMayStart);
  } catch {
    if (!(await diagnose())) stop({ kind: 'broken' });
    return;
  }
  // Long after the first pictures: what is kept is for the day the server has another release.
  setTimeout(() => void guard.ready.then(() => guard.keep()), keepAfterMs);
}

/** Settles when workers come through the guard, or were looked at where there is none. */
async function workersMayStart(): Promise<void> {
  await guard.ready;
  if (navigator.serviceWorker?.controller) return;
  try {
    await parts.checkWorkers();
  } catch {
    await diagnose();
    throw new Error('a part of the page was altered');
  }
}
