import { Router } from 'express';
import type { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import {
  type adminInvites as answerForm,
  type madeInvite,
  makeInvite,
  withdrawInvite,
} from '../../../shared/protocol/admin.ts';
import { createInvite } from '../../accounts/invites.ts';
import { bodyOf } from '../jsonBody.ts';
import { type AdminParts, adminOf } from './admin.ts';

/** One-time links for hosts and administrators, as `npm run hosts:invite` makes them. */
export function adminInvites({ accounts: { now, store }, audit }: AdminParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const invites = await store.invites(now());
    const answer: z.infer<typeof answerForm> = {
      invites: invites.map(({ token, name, role, account, expiresAt }) => ({
        id: token,
        name,
        role,
        reopens: account !== null,
        expiresAt,
      })),
    };
    response.json(answer);
  });

  router.post('/', async (request, response) => {
    const { name, role, hours, account: id } = bodyOf(request, makeInvite);
    const account = id === null ? null : await store.account(id);
    // A provider's people come in by their provider only.
    if (id !== null && (!account || account.subject)) throw new ProtocolError('not-found');
    const expiresAt = now() + hours * 3_600_000;
    await audit.write({
      kind: 'invite-made',
      role: account?.role ?? role,
      account: id,
      by: adminOf(response),
    });
    const path = await createInvite(store, { name, role: account?.role ?? role, account: id, expiresAt });
    const answer: z.infer<typeof madeInvite> = { path };
    response.json(answer);
  });

  router.post('/withdraw', async (request, response) => {
    const { id } = bodyOf(request, withdrawInvite);
    const invite = (await store.invites(now())).find(({ token }) => token === id);
    if (!invite) throw new ProtocolError('not-found');
    await audit.write({ kind: 'invite-withdrawn', role: invite.role, by: adminOf(response) });
    await store.deleteInvite(id);
    response.json({});
  });

  return router;
}
