import { type ReactNode, useEffect, useState } from 'react';
import { AdminTextsProvider, useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { SignIn } from '../account/SignIn.tsx';
import { useAccounts, useAccountView } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { type AdminSection, adminSections } from '../router.ts';
import { AuditSection } from './AuditSection.tsx';
import type { AdminDesk } from './adminDesk.ts';
import { DoctorSection } from './DoctorSection.tsx';
import { LinksSection } from './LinksSection.tsx';
import { OverviewSection } from './OverviewSection.tsx';
import { PeopleSection } from './PeopleSection.tsx';
import { PoliciesSection } from './PoliciesSection.tsx';
import { ReportsSection } from './ReportsSection.tsx';
import { DeskContext } from './useDesk.ts';
import './admin.css';

const parts: Readonly<Record<AdminSection, () => ReactNode>> = {
  overview: OverviewSection,
  people: PeopleSection,
  links: LinksSection,
  policies: PoliciesSection,
  reports: ReportsSection,
  audit: AuditSection,
  doctor: DoctorSection,
};

/** The administration of the site, for administrators. */
export function AdminPage({ section }: { section: AdminSection }) {
  return (
    <AdminTextsProvider>
      <Gate section={section} />
    </AdminTextsProvider>
  );
}

function Gate({ section }: { section: AdminSection }) {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const { account, known } = useAccountView();
  const desk = useOpenDesk(account?.role === 'admin');
  useEffect(() => {
    document.title = `${t.sections[section]} · ${t.title} · ${m.common.product}`;
  }, [t, m, section]);
  if (!known) {
    return (
      <Page centred>
        <Spinner text={m.account.asking} />
      </Page>
    );
  }
  if (account === null) {
    return (
      <Page width="narrow" centred>
        <div className="admin-gate">
          <h1>{t.signInTitle}</h1>
          <p>{t.signInText}</p>
          <SignIn returnTo="/admin" />
        </div>
      </Page>
    );
  }
  if (account.role !== 'admin') {
    return (
      <Page width="narrow" centred>
        <div className="admin-gate">
          <h1>{t.notAdminTitle}</h1>
          <p>{t.notAdminText}</p>
          <pre className="admin-command">npm run hosts:invite -- --role admin</pre>
          <p>
            <Link to="/">{m.common.home}</Link>
          </p>
        </div>
      </Page>
    );
  }
  return (
    <Page>
      <div className="admin">
        <header className="admin-head">
          <h1>{t.title}</h1>
          <Navigation current={section} />
          {section === 'overview' && <Banner title={t.promiseTitle}>{t.promise}</Banner>}
        </header>
        {desk === null ? (
          <Spinner text={m.common.loading} />
        ) : (
          <DeskContext value={desk}>
            <Part section={section} />
          </DeskContext>
        )}
      </div>
    </Page>
  );
}

function Part({ section }: { section: AdminSection }) {
  const Section = parts[section];
  return <Section />;
}

function Navigation({ current }: { current: AdminSection }) {
  const t = useAdminTexts();
  return (
    <nav aria-label={t.navigation} className="admin-nav">
      {adminSections.map((each) =>
        each === current ? (
          <span key={each} aria-current="page">
            {t.sections[each]}
          </span>
        ) : (
          <Link key={each} to={each === 'overview' ? '/admin' : `/admin/${each}`}>
            {t.sections[each]}
          </Link>
        ),
      )}
    </nav>
  );
}

function useOpenDesk(wanted: boolean): AdminDesk | null {
  const accounts = useAccounts();
  const [desk, setDesk] = useState<AdminDesk | null>(null);
  useEffect(() => {
    if (!wanted || accounts === null) return;
    let current = true;
    void accounts.openAdmin().then((opened) => {
      if (current) setDesk(opened);
    });
    return () => {
      current = false;
    };
  }, [accounts, wanted]);
  return desk;
}
