import { useEffect, useState } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { keptRecordings } from '../../media/recording/kept.ts';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { laterWithTexts, Part } from '../later.tsx';
import type { LoadServices } from '../services.ts';
import { useLibrary } from '../useLibrary.ts';
import { JoinByLink } from './JoinByLink.tsx';
import { StartMeeting } from './StartMeeting.tsx';
import type { Founded } from './useFound.ts';
import './Landing.css';

// What comes after the start is fetched then.
const MeetingReady = laterWithTexts(async () => (await import('./MeetingReady.tsx')).MeetingReady);

const KeptRecordings = laterWithTexts(
  async () => (await import('../meeting/KeptRecordings.tsx')).KeptRecordings,
);

/** The start page: what this is, start a meeting, join one. */
export function Landing({ services }: { services: LoadServices }) {
  const m = useSiteMessages();
  const library = useLibrary();
  const [founded, setFounded] = useState<Founded | null>(null);
  const [recordings, setRecordings] = useState(false);

  useEffect(() => {
    document.title = m.common.product;
  }, [m]);

  useEffect(() => void keptRecordings().then((kept) => setRecordings(kept.length > 0)), []);

  if (founded !== null) {
    return (
      <Part waiting={<Making />}>
        <MeetingReady
          founded={founded}
          onPlan={(entry) => {
            setFounded({ ...founded, entry });
            if (founded.kept && library.state === 'open') library.library.keep(entry).catch(() => undefined);
          }}
          onDiscard={() => setFounded(null)}
        />
      </Part>
    );
  }
  return (
    <Page>
      {recordings && (
        <Part>
          <KeptRecordings />
        </Part>
      )}
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
            <Link to="/meetings">{m.landing.meetings}</Link>
            <Link to="/server">{m.landing.serverLink}</Link>
            <Link to="/guide">{m.guide.title}</Link>
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
  const m = useSiteMessages();
  return (
    <Page width="narrow" centred>
      <Spinner text={m.landing.starting} />
    </Page>
  );
}
