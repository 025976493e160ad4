import { useEffect } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import './Waiting.css';

/** Welcomed; keys are being set up. */
export function Joining() {
  const m = useMessages();
  useEffect(() => {
    document.title = `${m.joining.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page width="narrow" centred>
      <section className="waiting-words">
        <h1>{m.joining.title}</h1>
        <Spinner text={m.joining.text} />
      </section>
    </Page>
  );
}
