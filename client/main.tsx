import { createRoot } from 'react-dom/client';
import { type Language, languages } from './i18n/language.ts';
import { SiteAccountsClient } from './meeting/account/siteAccounts.ts';
import { App, preloadPage } from './ui/App.tsx';
import { matchRoute } from './ui/router.ts';
import type { LoadServices } from './ui/services.ts';
import type { OpenLibrary } from './ui/useLibrary.ts';

/**
 * Puts the interface on the page. `workersMayStart` is awaited before anything starts a worker. Resolves to a
 * function that takes everything off the page again, which also leaves a meeting.
 */
export async function startApplication(
  language: Language,
  workersMayStart: () => Promise<void>,
): Promise<() => void> {
  // Media, signalling and encryption are fetched when a meeting is made or opened, so that the start page is light:
  // with its page where the address is a meeting's. Whoever needs them learns of a failure.
  if (matchRoute(location.pathname, '').page === 'meeting')
    import('./meeting/services.ts').catch(() => undefined);
  const [messages] = await Promise.all([languages[language].site(), preloadPage(location.pathname)]);

  const services: LoadServices = async () => {
    const [{ createServices }] = await Promise.all([import('./meeting/services.ts'), workersMayStart()]);
    return createServices();
  };

  let opened: ReturnType<OpenLibrary> | null = null;
  const library: OpenLibrary = () => {
    opened ??= import('./meeting/library/library.ts').then(({ openLibrary }) => openLibrary());
    return opened;
  };
  const accounts = new SiteAccountsClient(services);
  void accounts.load();

  const place = document.getElementById('app');
  if (place === null) throw new Error('the page has no #app');
  const root = createRoot(place);
  root.render(
    <App services={services} accounts={accounts} library={library} language={language} messages={messages} />,
  );
  return () => root.unmount();
}
