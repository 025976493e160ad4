import { createRoot } from 'react-dom/client';
import { languages } from './i18n/language.ts';
import { SiteAccountsClient } from './meeting/account/siteAccounts.ts';
import { App } from './ui/App.tsx';
import { applyPreferences } from './ui/preferences.ts';
import type { LoadServices } from './ui/services.ts';
import type { OpenLibrary } from './ui/useLibrary.ts';

const { language } = applyPreferences();
const messages = await languages[language].load();

// Media, signalling and encryption are fetched when a meeting is made or opened, so that the start page is light.
const services: LoadServices = async () => (await import('./meeting/services.ts')).createServices();

let opened: ReturnType<OpenLibrary> | null = null;
const library: OpenLibrary = () => {
  opened ??= import('./meeting/library/library.ts').then(({ openLibrary }) => openLibrary());
  return opened;
};
const accounts = new SiteAccountsClient(services);
void accounts.load();

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
createRoot(root).render(
  <App services={services} accounts={accounts} library={library} language={language} messages={messages} />,
);
