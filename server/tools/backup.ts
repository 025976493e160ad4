import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CLIENT_VERSION } from '../../shared/protocol/version.ts';
import { siteKeyPath } from '../audit/siteKey.ts';
import { backup } from '../backup/backup.ts';
import { restore } from '../backup/restore.ts';
import { readConfig } from '../config/config.ts';
import { StartError } from '../startError.ts';
import { databasePath } from '../store/open.ts';
import { asCommand } from './command.ts';

const USAGE = `Usage: npm run backup -- FOLDER     writes a new folder, beside a running server or a stopped one
       npm run restore -- FOLDER    puts one into the empty data folder (and the empty PostgreSQL database,
                                    where SEALROOM_DATABASE_URL names one) of a stopped server`;

function readArguments(): { command: string; folder: string } {
  try {
    const [command, folder, ...more] = parseArgs({ allowPositionals: true }).positionals;
    if (command === undefined || folder === undefined || more.length > 0) throw new TypeError();
    return { command, folder };
  } catch {
    throw new StartError(USAGE);
  }
}

await asCommand(async () => {
  const { command, folder } = readArguments();
  const { dataDir, databaseUrl } = readConfig();
  if (command === 'restore') {
    const { at, version, files } = await restore(folder, { dataDir, databaseUrl });
    const when = new Date(at).toISOString();
    console.log(`Restored ${Object.keys(files).length} files of ${when} (version ${version}) to ${dataDir}.`);
    return;
  }
  // With PostgreSQL the folder has little else, and a backup without the key of its site is worth little.
  const [what, file] =
    databaseUrl === null ? ['database', databasePath(dataDir)] : ['site key', siteKeyPath(dataDir)];
  if (!existsSync(file)) {
    throw new StartError(`There is no ${what} in ${dataDir}: set SEALROOM_DATA as the server has it.`);
  }
  const { files } = await backup({ dataDir, databaseUrl }, folder, CLIENT_VERSION, Date.now());
  console.log(`Wrote ${Object.keys(files).length} files to ${folder}.`);
  console.log(
    'It holds the site key and sealed files, and no key that opens a meeting. Keep it as you keep the data.',
  );
});
