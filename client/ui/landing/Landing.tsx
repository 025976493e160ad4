import { lazy, Suspense, useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import type { LoadServices } from '../services.ts';
import { useLibrary } from '../useLibrary.ts';
import { JoinByLink } from './JoinByLink.tsx';
import { StartMeeting } from './StartMeeting.tsx';
import type { Founded } from './useFound.ts';
import './Landing.css';

// What comes after the start is fetched then.
const MeetingReady = lazy(async () => ({ default: (await import('./MeetingReady.tsx')).MeetingReady }));

const KeptRecordings = lazy(async () => ({
  default: (await import('../meeting/KeptRecordings.tsx')).KeptRecordings,
}));

/** The start page: what this is, start a meeting, join one. */
export function Landing({ services }: { services: LoadServices }) {
  const m = useMessages();
  const library = useLibrary();
  const [founded, setFounded] = useState<Founded | null>(null);

  useEffect(() => {
    document.title = m.common.product;
  }, [m]);

  if (founded !== null) {
    return (
      <Suspense fallback={<Making />}>
        <MeetingReady
          founded={founded}
          onPlan={(entry) => {
            setFounded({ ...founded, entry });
            if (founded.kept && library.state === 'open') library.library.keep(entry).catch(() => undefined);
          }}
          onDiscard={() => setFounded(null)}
        />
      </Suspense>
    );
  }
  return (
    <Page>
      <Suspense>
        <KeptRecordings />
      </Suspense>
      <div className="landing">
        <div className="landing-words">
          <h1>{m.landing.title}</h1>
          <p className="landing-intro">{m.landing.intro}</p>
          <ul className="landing-facts">
            {m.landing.facts.map((fact) => (
              <li key={fact.title}>
                <h2>{fact.title}</h2>
                <p>{fact.text}</p>
              </li>
            ))}
          </ul>
          <div className="landing-links">
            <Link to="/meetings">{m.meetings.title}</Link>
            <Link to="/server">{m.landing.serverLink}</Link>
          </div>
        </div>
        <div className="landing-doors">
          <StartMeeting services={services} onFounded={setFounded} />
          <JoinByLink />
        </div>
      </div>
    </Page>
  );
}

function Making() {
  const m = useMessages();
  return (
    <Page width="narrow" centred>
      <Spinner text={m.landing.starting} />
    </Page>
  );
}
