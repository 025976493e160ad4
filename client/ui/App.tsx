import { useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { type Language, languages } from '../i18n/language.ts';
import { MessagesProvider, useSiteMessages } from '../i18n/messages.tsx';
import type { SiteMessages } from '../i18n/site.en.ts';
import { preloadTextsInUse } from './AllTexts.tsx';
import type { Accounts } from './account/accounts.ts';
import { AccountsContext } from './account/useAccounts.ts';
import { Crash } from './Crash.tsx';
import { Page } from './components/Page.tsx';
import { Spinner } from './components/Spinner.tsx';
import { NotFound } from './landing/NotFound.tsx';
import { later, laterWithTexts, Part } from './later.tsx';
import { usePreferences } from './preferences.ts';
import { matchRoute, type Route, useAddress } from './router.ts';
import type { LoadServices } from './services.ts';
import { LibraryContext, type OpenLibrary } from './useLibrary.ts';
import './tokens.css';
import './base.css';

// Each page is fetched when it is gone to.
const pages = {
  landing: later(async () => (await import('./landing/Landing.tsx')).Landing),
  server: later(async () => (await import('./landing/ServerPage.tsx')).ServerPage),
  guide: later(async () => (await import('./guide/GuidePage.tsx')).GuidePage),
  admin: later(async () => (await import('./admin/AdminPage.tsx')).AdminPage),
  account: later(async () => (await import('./account/AccountPage.tsx')).AccountPage),
  arrival: later(async () => (await import('./account/Arrivals.tsx')).Arrival),
  meetings: laterWithTexts(async () => (await import('./meetings/MeetingsPage.tsx')).MeetingsPage),
  meeting: laterWithTexts(async () => (await import('./meeting/MeetingRoute.tsx')).MeetingRoute),
};

/** Begins to fetch the page an address stands for, beside whatever else is fetched before it can be shown. */
export async function preloadPage(pathname: string): Promise<void> {
  const { page } = matchRoute(pathname, '');
  if (page === 'signed-in' || page === 'invited') await pages.arrival.preload();
  else if (page !== 'not-found') await pages[page].preload();
}

interface Props {
  readonly services: LoadServices;
  readonly library: OpenLibrary;
  readonly accounts: Accounts;
  /** Texts of every page in the language in use at the start. */
  readonly messages: SiteMessages;
  readonly language: Language;
}

/** The whole interface: language, routing, pages. */
export function App(props: Props) {
  const { language } = usePreferences();
  const [texts, setTexts] = useState({ language: props.language, messages: props.messages });

  useEffect(() => {
    if (language === texts.language) return;
    let current = true;
    void Promise.all([languages[language].site(), preloadTextsInUse(language)]).then(([messages]) => {
      if (current) setTexts({ language, messages });
    });
    return () => {
      current = false;
    };
  }, [language, texts.language]);

  const address = useAddress();
  const route = useMemo(() => {
    const mark = address.indexOf('#');
    return mark < 0 ? matchRoute(address, '') : matchRoute(address.slice(0, mark), address.slice(mark));
  }, [address]);

  return (
    <I18nProvider locale={texts.language}>
      <MessagesProvider language={texts.language} messages={texts.messages}>
        <Crash>
          <AccountsContext value={props.accounts}>
            <LibraryContext value={props.library}>
              <Part key={route.page} waiting={<Opening />}>
                <Routed route={route} services={props.services} />
              </Part>
            </LibraryContext>
          </AccountsContext>
        </Crash>
      </MessagesProvider>
    </I18nProvider>
  );
}

function Routed({ route, services }: { route: Route; services: LoadServices }) {
  switch (route.page) {
    case 'landing':
      return <pages.landing services={services} />;
    case 'server':
      return <pages.server />;
    case 'guide':
      return <pages.guide name={route.name} />;
    case 'admin':
      return <pages.admin section={route.section} />;
    case 'account':
      return <pages.account />;
    case 'signed-in':
    case 'invited':
      return <pages.arrival by={route.page} fragment={route.fragment} />;
    case 'meetings':
      return <pages.meetings services={services} />;
    case 'meeting':
      return <pages.meeting meetingId={route.meetingId} fragment={route.fragment} services={services} />;
    case 'not-found':
      return <NotFound />;
  }
}

function Opening() {
  const m = useSiteMessages();
  return (
    <Page width="narrow" centred>
      <Spinner text={m.common.loading} />
    </Page>
  );
}
