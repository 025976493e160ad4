import { parseArgs } from 'node:util';
import { accountId, accountRole } from '../../shared/protocol/accounts.ts';
import { createInvite } from '../accounts/invites.ts';
import { AuditLog } from '../audit/auditLog.ts';
import { SiteKey } from '../audit/siteKey.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../log.ts';
import { readyUrl } from '../origins.ts';
import { StartError } from '../startError.ts';
import { KyselyAudit } from '../store/auditStore.ts';
import { KyselyAccounts } from '../store/kyselyAccounts.ts';
import { boundArguments } from './boundArguments.ts';
import { asCommand } from './command.ts';
import { openExisting } from './openExisting.ts';

const HELP = `npm run hosts:invite -- --name "Lin, IT" [--role host|admin] [--hours 72] [--account ID]

Makes a link that signs one person in, once. They may create meetings, and can add a passkey to come back.

  --name     Who it is for; shown on their account page.
  --role     host (default) or admin.
  --hours    How long the link waits to be used, 1 to 720. Default 72.
  --account  Opens this account again, for someone who lost their passkey. npm run hosts:list shows its id.
  --help     This text.
`;

function fail(text: string): never {
  throw new StartError(`${text} See: npm run hosts:invite -- --help`);
}

function readArguments() {
  try {
    return parseArgs({
      args: boundArguments(['account']),
      options: {
        name: { type: 'string' },
        role: { type: 'string', default: 'host' },
        hours: { type: 'string', default: '72' },
        account: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch {
    return fail('Unknown option.');
  }
}

async function invite(): Promise<void> {
  const options = readArguments();
  if (options.help) {
    console.log(HELP);
    return;
  }
  const name = options.name?.trim() ?? '';
  const role = accountRole.exclude(['member']).safeParse(options.role);
  const hours = Number(options.hours);
  const account = accountId.nullable().safeParse(options.account ?? null);
  if (name === '' || name.length > 60) fail('--name must be 1 to 60 characters.');
  if (!role.success) fail('--role must be host or admin.');
  if (!Number.isInteger(hours) || hours < 1 || hours > 720) fail('--hours must be a whole number, 1 to 720.');
  if (!account.success) fail('--account must be the id of an account.');
  const config = readConfig();
  const tables = await openExisting(config);
  try {
    const store = new KyselyAccounts(tables);
    if (account.data !== null && !(await store.account(account.data))) fail('There is no such account.');
    const link = await createInvite(store, {
      name,
      role: role.data,
      account: account.data,
      expiresAt: Date.now() + hours * 3_600_000,
    });
    const audit = new AuditLog(
      new KyselyAudit(tables),
      SiteKey.open(config.dataDir),
      Date.now,
      createLog('error'),
    );
    await audit.write({ kind: 'invite-made', role: role.data, account: account.data });
    console.log(`${readyUrl(config, config.port)}${link}`);
    console.error(`Send it to ${name} only. It works once, within ${hours} hours.`);
  } finally {
    await tables.destroy();
  }
}

await asCommand(invite);
