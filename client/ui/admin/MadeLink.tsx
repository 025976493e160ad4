import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { Banner } from '../components/Banner.tsx';
import { CopyButton } from '../components/CopyButton.tsx';

/** A link that was just made, shown this once. */
export function MadeLink({ name, link }: { name: string; link: string }) {
  const t = useAdminTexts();
  return (
    <div role="status">
      <Banner
        title={t.links.madeFor(name)}
        details={<code className="admin-link">{link}</code>}
        actions={<CopyButton size="s" tone="primary" text={link} label={t.links.copy} />}
      >
        {t.links.madeText}
      </Banner>
    </div>
  );
}
