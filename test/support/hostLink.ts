import { createInvite } from '../../server/accounts/invites.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { databasePath, openTables } from '../../server/store/open.ts';

/** Makes a one-time link that lets somebody into a site by its data folder, beside its server. */
export async function hostLink(
  dataDir: string,
  name = 'Chen',
  role: 'host' | 'admin' = 'host',
): Promise<{ readonly path: string; readonly token: string }> {
  const tables = await openTables(databasePath(dataDir));
  try {
    const expiresAt = Date.now() + 3_600_000;
    const path = await createInvite(new KyselyAccounts(tables), { name, role, account: null, expiresAt });
    return { path, token: path.split('#')[1] ?? '' };
  } finally {
    await tables.destroy();
  }
}
