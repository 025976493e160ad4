import { createRoot } from 'react-dom/client';
import { languages } from '../../../client/i18n/language.ts';
import type { MeetingView } from '../../../client/meeting/view.ts';
import { App } from '../../../client/ui/App.tsx';
import { applyPreferences } from '../../../client/ui/preferences.ts';
import type { LoadServices } from '../../../client/ui/services.ts';
import type { OpenLibrary } from '../../../client/ui/useLibrary.ts';
import { meetingId } from '../../../shared/ids.ts';
import { fakeAccounts } from './fakeAccounts.ts';
import { fakeMeeting, type Happening } from './fakeMeeting.ts';
import { fixtureLibrary } from './fixtureLibrary.ts';
import { memberOf } from './people.ts';
import { scenarios } from './scenarios.ts';

declare global {
  interface Window {
    /** What the interface asked of the meeting, for tests to read. */
    heard: string[];
    /** Lets something happen in the meeting that the page has opened. */
    happen(change: Happening): void;
    /** Goes to another of the scenarios without loading the page anew. */
    show(state: string): void;
    /** Somebody for whoever comes in. */
    readonly memberOf: typeof memberOf;
  }
}

window.heard = [];
Object.defineProperty(window, 'memberOf', { value: memberOf });
const { language } = applyPreferences();
const messages = await languages[language].site();

function viewOf(state: string): MeetingView {
  const scenario = scenarios[state];
  if (scenario === undefined) throw new Error(`no scenario ${state}`);
  return scenario();
}

const services: LoadServices = async () => ({
  async foundMeeting() {
    return {
      meeting: meetingId.parse('k3J9dQpX2mVwZ8sT1nYbRg'),
      link: `${location.origin}/m/k3J9dQpX2mVwZ8sT1nYbRg#AbTwGv2pQ9dXm4sLk8RzYc1nHj7fWq3UoEi6VtBaZx5CyNDgKe`,
    };
  },
  async endMeeting(path) {
    window.heard.push(`endMeeting ${path}`);
  },
  openMeeting() {
    const state = new URLSearchParams(location.search).get('state') ?? 'prejoin-host';
    const meeting = fakeMeeting(viewOf(state), (action) => window.heard.push(action));
    window.happen = meeting.happen;
    window.show = (other) => meeting.happen(() => viewOf(other));
    return meeting;
  },
  beginSignIn: async () => 'A'.repeat(43),
  finishSignIn: async () => '/',
  forgetSignIn: async () => undefined,
  openListSync: async () => {
    let code: string | null = null;
    return {
      code: async () => code,
      turnOn: async () => {
        code = 'ABCDE-FGH1J-K2MNP-QRSTV-WXYZ3';
      },
      enter: async () => undefined,
      sync: async () => undefined,
      turnOff: async () => undefined,
    };
  },
});

let opened: ReturnType<OpenLibrary> | null = null;
const library: OpenLibrary = () => {
  opened ??= fixtureLibrary(new URLSearchParams(location.search).get('library') ?? 'none');
  return opened;
};
const accounts = fakeAccounts(new URLSearchParams(location.search).get('account'), (action) =>
  window.heard.push(action),
);

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
createRoot(root).render(
  <App services={services} accounts={accounts} library={library} language={language} messages={messages} />,
);
