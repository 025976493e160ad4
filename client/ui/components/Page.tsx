import type { ReactNode } from 'react';
import { type Language, languages, languageTags } from '../../i18n/language.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { AccountLink } from '../account/AccountLink.tsx';
import { prefer, usePreferences } from '../preferences.ts';
import { Link } from './Link.tsx';
import { Logo } from './Logo.tsx';
import './Page.css';

interface Props {
  readonly children: ReactNode;
  readonly width?: 'narrow' | 'wide';
  /** Whether the content sits in the middle of the height. */
  readonly centred?: boolean;
}

/** A page outside the meeting: name, language, content. */
export function Page(props: Props) {
  const m = useSiteMessages();
  return (
    <div className="page">
      <button type="button" className="skip-link" onClick={skipToMain}>
        {m.common.skip}
      </button>
      <header className="page-head">
        <Link to="/" className="page-brand">
          <Logo />
          <span>{m.common.product}</span>
        </Link>
        <div className="page-side">
          <AccountLink />
          <LanguageSwitch />
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={`page-main page-${props.width ?? 'wide'}${props.centred ? ' page-centred' : ''}`}
      >
        {props.children}
      </main>
    </div>
  );
}

// A button, because a fragment in the address would replace the meeting's key.
function skipToMain(): void {
  document.getElementById('main')?.focus();
}

function LanguageSwitch() {
  const m = useSiteMessages();
  const { language } = usePreferences();
  return (
    <nav aria-label={m.common.language} className="language-switch">
      {languageTags.map((tag: Language) => (
        <button
          key={tag}
          type="button"
          lang={tag}
          aria-pressed={tag === language}
          onClick={() => prefer('language', tag)}
        >
          {languages[tag].name}
        </button>
      ))}
    </nav>
  );
}
