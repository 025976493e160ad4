import { createRoot } from 'react-dom/client';
import { languages } from '../../../client/i18n/language.ts';
import { App } from '../../../client/ui/App.tsx';
import { applyPreferences } from '../../../client/ui/preferences.ts';
import type { LoadServices } from '../../../client/ui/services.ts';
import { fakeMeeting } from './fakeMeeting.ts';
import { scenarios } from './scenarios.ts';

declare global {
  interface Window {
    /** What the interface asked of the meeting, for tests to read. */
    heard: string[];
  }
}

window.heard = [];
const { language } = applyPreferences();
const messages = await languages[language].load();

const services: LoadServices = async () => ({
  async foundMeeting() {
    return {
      link: `${location.origin}/m/k3J9dQpX2mVwZ8sT1nYbRg#1.q7Yw0eVh2uTgkXc5sLm9Aw.u8Zf3nDq6rJp1yKvBtEoHi`,
    };
  },
  openMeeting() {
    const state = new URLSearchParams(location.search).get('state') ?? 'prejoin-host';
    const scenario = scenarios[state];
    if (scenario === undefined) throw new Error(`no scenario ${state}`);
    return fakeMeeting(scenario(), (action) => window.heard.push(action));
  },
});

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
createRoot(root).render(<App services={services} language={language} messages={messages} />);
