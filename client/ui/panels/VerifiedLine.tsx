import { BadgeCheck } from 'lucide-react';
import { useMessages } from '../../i18n/messages.tsx';
import type { IdentityView } from '../../meeting/view.ts';

/** Whom the meeting's identity provider says this is, in its words; nothing for guests. */
export function VerifiedLine({ identity }: { identity: IdentityView | null }) {
  const m = useMessages();
  if (identity === null) return null;
  const name = identity.name ?? identity.email ?? '';
  return (
    <p className="person-fact person-verified">
      <BadgeCheck aria-hidden="true" />
      <bdi>{m.people.verifiedAs(name, identity.agency)}</bdi>
    </p>
  );
}
