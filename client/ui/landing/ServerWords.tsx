import { Check, EyeOff, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import './Landing.css';

/** What the server can see, in plain words; on its own page and in a dialog. */
export function ServerWords({ heading }: { heading: 'h2' | 'h3' }) {
  const m = useSiteMessages();
  const Heading = heading;
  return (
    <div className="server-words">
      <p className="server-intro">{m.server.intro}</p>
      <div className="server-columns">
        <section>
          <Heading>{m.server.neverTitle}</Heading>
          <Lines items={m.server.never} icon={<EyeOff aria-hidden="true" />} />
        </section>
        <section>
          <Heading>{m.server.seesTitle}</Heading>
          <Lines items={m.server.sees} icon={<Check aria-hidden="true" />} />
        </section>
      </div>
      <section>
        <Heading>{m.server.openTitle}</Heading>
        <Lines items={m.server.open} icon={<TriangleAlert aria-hidden="true" />} />
      </section>
      <section>
        <Heading>{m.server.checkTitle}</Heading>
        <p>{m.server.check}</p>
      </section>
    </div>
  );
}

function Lines({ items, icon }: { items: readonly string[]; icon: ReactNode }) {
  return (
    <ul className="server-list">
      {items.map((item) => (
        <li key={item}>
          {icon}
          <span>{item}</span>
        </li>
      ))}
    </ul>
  );
}
