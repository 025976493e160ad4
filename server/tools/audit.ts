import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AuditFault } from '../../shared/protocol/admin.ts';
import { type AuditLine, readEntry } from '../audit/entry.ts';
import { SiteKey } from '../audit/siteKey.ts';
import { piecesOf, verifyStored } from '../audit/stored.ts';
import { type AuditVerdict, verifyAudit } from '../audit/verify.ts';
import { readConfig } from '../config/config.ts';
import { StartError } from '../startError.ts';
import { KyselyAudit } from '../store/auditStore.ts';
import { boundArguments } from './boundArguments.ts';
import { asCommand } from './command.ts';
import { openExisting } from './openExisting.ts';

const HELP = `npm run audit:verify [-- --anchor HASH] [-- --file EXPORT --key PUBLIC_KEY]
npm run audit:export [-- --from 1]

verify says whether the audit log is whole, and where it is not (exit code 1). It prints the hash of the newest
entry: note it elsewhere, and give it as --anchor next time; then not even an older copy of the whole log passes.
export writes the log as JSON lines. verify --file checks such an export without the database, with the public key
that verify prints.
`;

function readExport(file: string): AuditLine[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new StartError(`${file} cannot be read.`);
  }
  // What is no entry keeps its place, so that the check names it.
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => ({ seq: readEntry(line)?.seq ?? index + 1, line }));
}

/** What follows the number of the entry. */
const FAULTS: Readonly<Record<AuditFault, string>> = {
  'no-end': 'has no signed end',
  'end-forged': 'is not the end that the site key signed',
  'cut-off': 'and later ones were cut off',
  'end-elsewhere': 'is not the signed end',
  'not-anchored': 'is the end, and the noted hash was not in the log',
  missing: 'is missing',
  unreadable: 'is not readable',
  moved: 'was moved here from another place',
  unlinked: 'does not follow the entry before: one of the two was changed',
  'signature-forged': 'has a signature that is not of the site key, over what is before it',
};

function report(verdict: AuditVerdict, publicKey: string): void {
  if (!verdict.ok) {
    console.error(`The audit log does not hold: entry ${verdict.seq} ${FAULTS[verdict.why]}.`);
    process.exitCode = 1;
    return;
  }
  console.log(
    `The audit log is whole: ${verdict.entries} entries, signed up to entry ${verdict.signedUpTo}.`,
  );
  console.log(`newest entry  ${verdict.head ?? '-'}`);
  console.log(`site key      ${publicKey}`);
}

async function audit(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: boundArguments(['key', 'anchor']),
    allowPositionals: true,
    options: {
      anchor: { type: 'string' },
      file: { type: 'string' },
      key: { type: 'string' },
      from: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const [task] = positionals;
  const from = Number(values.from);
  if (values.help || (task !== 'verify' && task !== 'export') || !Number.isInteger(from) || from < 1) {
    console.log(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const anchor = values.anchor ?? null;
  if (task === 'verify' && values.file !== undefined) {
    if (values.key === undefined) throw new StartError('--file needs --key, the public key of the site.');
    report(verifyAudit(readExport(values.file), values.key, { head: 'export', anchor }), values.key);
    return;
  }
  const config = readConfig();
  const tables = await openExisting(config);
  try {
    const store = new KyselyAudit(tables);
    if (task === 'export') {
      for await (const lines of piecesOf(store, from)) for (const { line } of lines) console.log(line);
      return;
    }
    const { publicKey } = SiteKey.open(config.dataDir);
    report(await verifyStored(store, publicKey, anchor), publicKey);
  } finally {
    await tables.destroy();
  }
}

await asCommand(audit);
