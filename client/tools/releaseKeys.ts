import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toBase64Url } from '../../shared/bytes.ts';
import { releaseFingerprint } from '../../shared/release/signature.ts';
import { randomBytes, ready, sodium } from '../e2ee/sodium.ts';
import { makeKeyFolder, writeNewKey } from './keyFolder.ts';
import { newPassphrase } from './passphrase.ts';
import { writePrivateKey } from './privateKeyFile.ts';
import { runTool, ToolError } from './toolError.ts';

const USAGE = 'Usage: npm run release:keys -- [--no-passphrase] FOLDER';

function readArguments(): { folder: string; bare: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { 'no-passphrase': { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new TypeError();
    return { folder, bare: values['no-passphrase'] };
  } catch {
    throw new ToolError(USAGE);
  }
}

/** Makes the key that releases of the page are signed with, on a machine that is not the server. */
await runTool(async () => {
  const { folder, bare } = readArguments();
  await ready();
  const passphrase = bare ? null : await newPassphrase();
  const seed = randomBytes(32);
  const key = toBase64Url(sodium().crypto_sign_seed_keypair(seed).publicKey);
  const digits = await releaseFingerprint(key);
  const privateFile = join(folder, 'release-key.private.json');
  const publicFile = join(folder, 'release-key.public.txt');
  makeKeyFolder(folder);
  writeNewKey(privateFile, writePrivateKey('sealroom release key 1', seed, digits, passphrase), 0o600);
  writeNewKey(publicFile, `${key}\n`, 0o644);
  process.stdout.write(
    `Private key: ${privateFile}\n` +
      'Keep it off the server, with a copy elsewhere: browsers that have opened a release signed with it take no other.\n\n' +
      `Public key:  ${publicFile}\n\n` +
      `Fingerprint: ${digits.match(/\d{5}/g)?.join(' ')}\n` +
      'Publish it where your people find it: they see the same digits when the page asks about an update.\n',
  );
});
