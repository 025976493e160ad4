import type { Policy } from '../../../shared/roles.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { SignIn } from './SignIn.tsx';
import { useAccountView } from './useAccounts.ts';
import './Account.css';

/** Before a meeting that asks who people are: the way to sign in, and back here. */
export function StaffSignIn({ who }: { who: Policy['who'] }) {
  const m = useSiteMessages();
  const { account, site } = useAccountView();
  if (who === 'anyone' || account?.kind === 'provider' || !site?.signIn.provider) return null;
  return (
    <section className="staff-sign-in" aria-labelledby="staff-heading">
      <h2 id="staff-heading">{m.account.staffTitle}</h2>
      <p className="account-note">{who === 'verified' ? m.account.staffText : m.account.staffOrInvited}</p>
      <SignIn returnTo={`${location.pathname}${location.hash}`} providerOnly />
    </section>
  );
}
