import { useSiteMessages } from '../../i18n/messages.tsx';
import { Link } from '../components/Link.tsx';
import { canSignIn } from './accounts.ts';
import { useAccountView } from './useAccounts.ts';

/** Who is signed in, or the way to sign in; nothing on a site without accounts. */
export function AccountLink() {
  const m = useSiteMessages();
  const view = useAccountView();
  if (view.account !== null) {
    return (
      <Link to="/account" className="account-link" label={m.account.linkOf(view.account.name)}>
        <bdi>{view.account.name}</bdi>
      </Link>
    );
  }
  if (!canSignIn(view)) return null;
  return (
    <Link to="/account" className="account-link">
      {m.account.signIn}
    </Link>
  );
}
