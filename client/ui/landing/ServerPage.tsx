import { useEffect } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { ReleaseFacts } from './ReleaseFacts.tsx';
import { ServerWords } from './ServerWords.tsx';

/** The page "what the server can see". */
export function ServerPage() {
  const m = useSiteMessages();
  useEffect(() => {
    document.title = `${m.server.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page>
      <div className="server-page">
        <h1>{m.server.title}</h1>
        <ServerWords heading="h2" />
        <div className="server-words">
          <section>
            <h2>{m.server.codeTitle}</h2>
            <ReleaseFacts />
          </section>
        </div>
        <p>
          <Link to="/">{m.common.home}</Link>
        </p>
      </div>
    </Page>
  );
}
