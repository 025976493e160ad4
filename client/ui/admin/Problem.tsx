import type { ErrorCode } from '../../../shared/errors.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { Failure } from '../account/Failure.tsx';
import { SignIn } from '../account/SignIn.tsx';
import { Banner } from '../components/Banner.tsx';
import { Link } from '../components/Link.tsx';

/** What went wrong, and the way out where it is a sign-in. */
export function Problem({ code }: { code: ErrorCode | null }) {
  const t = useAdminTexts();
  if (code !== 'passkey-required' && code !== 'sign-in-required') return <Failure code={code} />;
  return (
    <div role="alert" className="admin-prove">
      <Banner tone="warn" title={t.proveTitle}>
        {t.proveText}
      </Banner>
      <SignIn returnTo="/admin" />
      <p>
        <Link to="/account">{t.toAccount}</Link>
      </p>
    </div>
  );
}
