import type { Messages } from '../../i18n/en.ts';
import type { InvitationView, KnockView } from '../../meeting/view.ts';

/** Whom an identity provider vouches for, and by which invitation somebody came, in words. */
export function knockFacts(
  { identity, invitation }: KnockView,
  invitations: readonly InvitationView[],
  m: Messages,
): readonly string[] {
  const by = invitations.find(({ key }) => key === invitation);
  const came = !by?.personal ? m.lobby.byLink : by.name ? m.lobby.byInvitation(by.name) : m.lobby.byUnnamed;
  const named = [identity?.name, identity?.email].filter((each) => each != null && each !== '');
  return [...(identity ? [m.member.verifiedAs(named.join(', ') || identity.issuer)] : []), came];
}
