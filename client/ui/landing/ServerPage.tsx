import { useEffect } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { ServerWords } from './ServerWords.tsx';

/** The page "what the server can see". */
export function ServerPage() {
  const m = useMessages();
  useEffect(() => {
    document.title = `${m.server.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page>
      <div className="server-page">
        <h1>{m.server.title}</h1>
        <ServerWords heading="h2" />
        <p>
          <Link to="/">{m.common.home}</Link>
        </p>
      </div>
    </Page>
  );
}
