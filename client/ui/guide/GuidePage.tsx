import { use, useEffect } from 'react';
import { borrowing } from '../../i18n/language.ts';
import { useLanguage, useSiteMessages } from '../../i18n/messages.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { type GuideName, guideNames } from '../router.ts';
import './GuidePage.css';

const guidesIn = borrowing(({ guides }) => guides);

/** A short guide, with the way to the others. */
export function GuidePage({ name }: { name: GuideName }) {
  const m = useSiteMessages();
  const { texts: guides, language } = use(guidesIn(useLanguage()));
  const guide = guides[name];
  useEffect(() => {
    document.title = `${guide.title} · ${m.common.product}`;
  }, [guide, m]);
  return (
    <Page>
      <div className="guide" lang={language}>
        <nav aria-label={m.guide.title} className="guide-nav">
          {guideNames.map((each) =>
            each === name ? (
              <span key={each} aria-current="page">
                {guides[each].title}
              </span>
            ) : (
              <Link key={each} to={`/guide/${each}`}>
                {guides[each].title}
              </Link>
            ),
          )}
        </nav>
        <article>
          <h1>{guide.title}</h1>
          <p className="guide-intro">{guide.intro}</p>
          {guide.sections.map((section) => (
            <section key={section.title}>
              <h2>{section.title}</h2>
              <ul>
                {section.lines.map((line) => (
                  <li key={line}>{withCommands(line)}</li>
                ))}
              </ul>
            </section>
          ))}
          <p>
            <Link to="/">{m.common.home}</Link>
          </p>
        </article>
      </div>
    </Page>
  );
}

/** Commands stand in one line, so that whoever copies them by eye sees where they have spaces. */
function withCommands(line: string) {
  return line.split(/(“npm [^”]+”|「npm [^」]+」)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={part} className="guide-command">
        {part}
      </span>
    ),
  );
}
