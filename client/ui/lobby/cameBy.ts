import type { Messages } from '../../i18n/en.ts';
import type { InvitationView } from '../../meeting/invitationView.ts';
import type { KnockView } from '../../meeting/view.ts';

/** By which invitation somebody came, in words. */
export function cameBy(
  { invitation }: KnockView,
  invitations: readonly InvitationView[],
  m: Messages,
): string {
  const by = invitations.find(({ key }) => key === invitation);
  if (!by?.personal) return m.lobby.byLink;
  return by.name ? m.lobby.byInvitation(by.name) : m.lobby.byUnnamed;
}
