import { Router } from 'express';
import type { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import type { AccountId } from '../../../shared/protocol/accounts.ts';
import { type adminAccounts as answerForm, changeRole, oneAccount } from '../../../shared/protocol/admin.ts';
import type { AccountStore } from '../../store/accountStore.ts';
import { bodyOf } from '../jsonBody.ts';
import { type AdminParts, adminOf } from './admin.ts';

/** Accounts and what they may do. Nobody locks themselves out: one's own account is changed by another administrator. */
export function adminAccounts({ accounts: { store }, audit }: AdminParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const answer: z.infer<typeof answerForm> = { accounts: await listed(store, adminOf(response)) };
    response.json(answer);
  });

  router.post('/role', async (request, response) => {
    const { id, role } = bodyOf(request, changeRole);
    const by = adminOf(response);
    const account = await other(store, id, by);
    // The provider's claims would give it back at the next sign-in.
    if (account.subject) throw new ProtocolError('forbidden');
    await audit.write({ kind: 'role-changed', account: id, role, by });
    await store.setRole(id, role);
    response.json({});
  });

  router.post('/revoke', async (request, response) => {
    const { id } = bodyOf(request, oneAccount);
    const by = adminOf(response);
    if (!(await store.account(id))) throw new ProtocolError('not-found');
    await audit.write({ kind: 'sessions-revoked', account: id, by });
    await store.deleteSessions(id);
    response.json({});
  });

  router.post('/remove', async (request, response) => {
    const { id } = bodyOf(request, oneAccount);
    const by = adminOf(response);
    await other(store, id, by);
    await audit.write({ kind: 'account-removed', account: id, by });
    await store.removeAccount(id);
    response.json({});
  });

  return router;
}

async function listed(store: AccountStore, self: AccountId) {
  const all = await store.accounts();
  return Promise.all(
    all.map(async ({ id, name, role, subject, createdAt }) => ({
      id,
      name,
      role,
      kind: subject ? ('provider' as const) : ('local' as const),
      createdAt,
      sessions: (await store.sessions(id)).length,
      passkeys: (await store.passkeys(id)).length,
      self: id === self,
    })),
  );
}

/** An account that is not one's own. Throws ProtocolError. */
async function other(store: AccountStore, id: AccountId, self: AccountId) {
  if (id === self) throw new ProtocolError('forbidden');
  const account = await store.account(id);
  if (!account) throw new ProtocolError('not-found');
  return account;
}
