import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toBase64Url } from '../../shared/bytes.ts';
import { integrityOf } from '../../shared/release/integrity.ts';
import { MANIFEST_PATH, readManifest, SIGNATURE_PATH } from '../../shared/release/manifest.ts';
import { releaseFingerprint, writeSignature } from '../../shared/release/signature.ts';
import { ready, sodium } from '../e2ee/sodium.ts';
import { askPassphrase } from './passphrase.ts';
import { readPrivateKey } from './privateKeyFile.ts';
import { fileErrorCode, runTool, ToolError } from './toolError.ts';

const USAGE =
  'Usage: npm run release:sign -- --key release-key.private.json [--key NEXT] [BUILD]\n' +
  'BUILD is a folder that npm run build wrote, client/dist by default. A second key is for changing keys:\n' +
  'browsers that know the first take both.';

const ownBuild = fileURLToPath(new URL('../dist', import.meta.url));

function readArguments(): { keys: readonly string[]; build: string } {
  try {
    const { values, positionals } = parseArgs({
      options: { key: { type: 'string', multiple: true } },
      allowPositionals: true,
    });
    const [build = ownBuild, ...more] = positionals;
    if (values.key === undefined || values.key.length > 4 || more.length > 0) throw new TypeError();
    return { keys: values.key, build };
  } catch {
    throw new ToolError(USAGE);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ToolError(`${path} could not be read (${fileErrorCode(error) ?? 'unknown reason'}).`);
  }
}

async function openSigner(path: string) {
  const ask = () => askPassphrase(`Passphrase of ${path}: `);
  const seed = await readPrivateKey('sealroom release key 1', read(path), ask);
  const { publicKey, privateKey } = sodium().crypto_sign_seed_keypair(seed);
  return {
    key: publicKey,
    sign: (message: Uint8Array) => sodium().crypto_sign_detached(message, privateKey),
  };
}

/** Signs a build of the page. Needs no network; of its result only `release.sig.json` has to get to the server. */
await runTool(async () => {
  const { keys, build } = readArguments();
  await ready();
  const text = read(join(build, MANIFEST_PATH));
  const manifest = readManifest(text);
  if (manifest === null) throw new ToolError(`${build} holds no build of the page: npm run build makes one.`);
  for (const [path, digest] of Object.entries(manifest.files)) {
    if ((await integrityOf(readFileSync(join(build, path)))) === digest) continue;
    throw new ToolError(`${path} is not what the build wrote. Nothing was signed.`);
  }
  const signers: Awaited<ReturnType<typeof openSigner>>[] = [];
  for (const key of keys) signers.push(await openSigner(key));
  const out = join(build, SIGNATURE_PATH);
  writeFileSync(out, writeSignature(await integrityOf(text), Date.now(), signers));
  process.stdout.write(`Signed version ${manifest.version}: ${out}\n`);
  for (const { key } of signers) {
    const digits = await releaseFingerprint(toBase64Url(key));
    process.stdout.write(`by ${digits.match(/\d{5}/g)?.join(' ')}\n`);
  }
});
