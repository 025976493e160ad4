import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Messages } from '../i18n/en.ts';
import { type Language, languages } from '../i18n/language.ts';
import { MessagesProvider, useMessages } from '../i18n/messages.tsx';
import type { Accounts } from './account/accounts.ts';
import { AccountsContext } from './account/useAccounts.ts';
import { Crash } from './Crash.tsx';
import { Page } from './components/Page.tsx';
import { Spinner } from './components/Spinner.tsx';
import { Landing } from './landing/Landing.tsx';
import { NotFound } from './landing/NotFound.tsx';
import { ServerPage } from './landing/ServerPage.tsx';
import { usePreferences } from './preferences.ts';
import { matchRoute, type Route, useAddress } from './router.ts';
import type { LoadServices } from './services.ts';
import { LibraryContext, type OpenLibrary } from './useLibrary.ts';
import './tokens.css';
import './base.css';

const MeetingsPage = lazy(async () => ({
  default: (await import('./meetings/MeetingsPage.tsx')).MeetingsPage,
}));
const MeetingRoute = lazy(async () => ({
  default: (await import('./meeting/MeetingRoute.tsx')).MeetingRoute,
}));

const AccountPage = lazy(async () => ({
  default: (await import('./account/AccountPage.tsx')).AccountPage,
}));
const Arrival = lazy(async () => ({ default: (await import('./account/Arrivals.tsx')).Arrival }));

interface Props {
  readonly services: LoadServices;
  readonly library: OpenLibrary;
  readonly accounts: Accounts;
  /** Texts of the language in use at the start, already loaded. */
  readonly messages: Messages;
  readonly language: Language;
}

/** The whole interface: language, routing, pages. */
export function App(props: Props) {
  const { language } = usePreferences();
  const [texts, setTexts] = useState({ language: props.language, messages: props.messages });

  useEffect(() => {
    if (language === texts.language) return;
    let current = true;
    void languages[language].load().then((messages) => {
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
              <Routed route={route} services={props.services} />
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
      return <Landing services={services} />;
    case 'server':
      return <ServerPage />;
    case 'account':
      return (
        <Suspense fallback={<Opening />}>
          <AccountPage />
        </Suspense>
      );
    case 'signed-in':
    case 'invited':
      return (
        <Suspense fallback={<Opening />}>
          <Arrival by={route.page} fragment={route.fragment} />
        </Suspense>
      );
    case 'meetings':
      return (
        <Suspense fallback={<Opening />}>
          <MeetingsPage services={services} />
        </Suspense>
      );
    case 'meeting':
      return (
        <Suspense fallback={<Opening />}>
          <MeetingRoute meetingId={route.meetingId} fragment={route.fragment} services={services} />
        </Suspense>
      );
    case 'not-found':
      return <NotFound />;
  }
}

function Opening() {
  const m = useMessages();
  return (
    <Page centred>
      <Spinner text={m.opening} />
    </Page>
  );
}
