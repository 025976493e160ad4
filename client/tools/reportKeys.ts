import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toBase64Url } from '../../shared/bytes.ts';
import { hpkeKeyPair } from '../e2ee/crypto/hpke.ts';
import { reportFingerprint } from '../e2ee/reports/key.ts';
import { ready } from '../e2ee/sodium.ts';
import { makeKeyFolder, writeNewKey } from './keyFolder.ts';
import { newPassphrase } from './passphrase.ts';
import { writePrivateKey } from './privateKeyFile.ts';
import { runTool, ToolError } from './toolError.ts';

const USAGE = 'Usage: npm run report:keys -- [--passphrase] FOLDER';

function readArguments(): { folder: string; passphrase: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { passphrase: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new TypeError();
    return { folder, passphrase: values.passphrase };
  } catch {
    throw new ToolError(USAGE);
  }
}

/** Makes the key pair that reports are sealed to, on a machine that need not be, and better is not, the server. */
await runTool(async () => {
  const { folder, passphrase: wanted } = readArguments();
  await ready();
  const passphrase = wanted ? await newPassphrase() : null;
  const { publicKey, privateKey } = hpkeKeyPair();
  const digits = reportFingerprint(publicKey);
  const privateFile = join(folder, 'report-key.private.json');
  const publicFile = join(folder, 'report-key.public.txt');
  makeKeyFolder(folder);
  writeNewKey(privateFile, writePrivateKey('sealroom report key 1', privateKey, digits, passphrase), 0o600);
  writeNewKey(publicFile, `${toBase64Url(publicKey)}\n`, 0o644);
  const advice =
    passphrase === null
      ? 'It is not under a passphrase: whoever reads the file opens every report. Keep it off the server, on a\n' +
        'medium that you lock away, and a copy elsewhere.'
      : 'Without its passphrase nobody opens a report: keep both, apart from each other, and off the server.';
  process.stdout.write(
    `Private key: ${privateFile}\n${advice}\n\n` +
      `Public key:  ${publicFile}\n` +
      'Set SEALROOM_REPORT_KEY on the server to the line in it.\n\n' +
      `Fingerprint: ${digits.match(/\d{5}/g)?.join(' ')}\n` +
      'Publish it where your people find it: the report dialog shows the same digits.\n',
  );
});
