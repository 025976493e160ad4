import { parseArgs } from 'node:util';
import { accountId } from '../../shared/protocol/accounts.ts';
import { AuditLog } from '../audit/auditLog.ts';
import { SiteKey } from '../audit/siteKey.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../log.ts';
import { StartError } from '../startError.ts';
import { KyselyAudit } from '../store/auditStore.ts';
import { KyselyAccounts } from '../store/kyselyAccounts.ts';
import { boundArguments } from './boundArguments.ts';
import { asCommand } from './command.ts';
import { openExisting } from './openExisting.ts';

const HELP = `npm run hosts:list
npm run hosts:remove -- --account ID

list shows who has an account here. remove ends its sessions and takes its passkeys; whoever signs in by the identity
provider can do so again as long as the provider lets them.
`;

async function hosts(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: boundArguments(['account']),
    allowPositionals: true,
    options: { account: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const [task] = positionals;
  if (values.help || (task !== 'list' && task !== 'remove')) {
    console.log(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const config = readConfig();
  const tables = await openExisting(config);
  try {
    const store = new KyselyAccounts(tables);
    if (task === 'list') {
      for (const { id, role, subject, name } of await store.accounts()) {
        console.log([id, role.padEnd(6), subject ? 'provider' : 'local   ', name].join('  '));
      }
      return;
    }
    const id = accountId.safeParse(values.account);
    if (!id.success || !(await store.removeAccount(id.data))) {
      throw new StartError('--account must be the id of an account. See: npm run hosts:list');
    }
    const key = SiteKey.open(config.dataDir);
    const audit = new AuditLog(new KyselyAudit(tables), key, Date.now, createLog('error'));
    await audit.write({ kind: 'account-removed', account: id.data });
    console.log('Removed.');
  } finally {
    await tables.destroy();
  }
}

await asCommand(hosts);
