import { useEffect, useState } from 'react';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import type { ReleaseFacts as Facts } from '../../release/guardMessages.ts';
import { releaseFacts } from '../../release/pageGuard.ts';

/** Which release of the page this browser holds the site to, and who signed it. */
export function ReleaseFacts() {
  const m = useSiteMessages();
  const format = useFormat();
  const [facts, setFacts] = useState<Facts | null>(null);
  useEffect(() => {
    let current = true;
    void releaseFacts().then((found) => {
      if (current) setFacts(found);
    });
    return () => {
      current = false;
    };
  }, []);
  if (facts === null) return <p>{m.server.codeLoose}</p>;
  const { version, digest, signed } = facts;
  if (signed === null) {
    return (
      <>
        <p>{m.server.codeSelfBuilt(version)}</p>
        <code className="release-digits">{digest}</code>
      </>
    );
  }
  return (
    <>
      <p>{m.server.codeSigned(version, format.moment(signed.at))}</p>
      {signed.fingerprints.map((digits) => (
        <code key={digits} className="release-digits">
          {digits.match(/\d{5}/g)?.join(' ')}
        </code>
      ))}
    </>
  );
}
