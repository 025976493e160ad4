import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { integrityOf } from '../../shared/release/integrity.ts';
import { MANIFEST_PATH, type Manifest, readManifest, SIGNATURE_PATH } from '../../shared/release/manifest.ts';
import { contentSecurityPolicy, importMapOf, integrityPolicy } from '../../shared/release/pagePolicy.ts';
import { readSignature, releaseFingerprint } from '../../shared/release/signature.ts';
import { defaultClientDir } from '../main.ts';
import { StartError } from '../startError.ts';
import { boundArguments } from './boundArguments.ts';
import { ensureClient } from './clientBuild.ts';
import { asCommand } from './command.ts';

const USAGE = `Usage: npm run verify -- [--manifest release.json] [--key FINGERPRINT] URL
Compares what a site serves, file by file, with the page built from this source, or with a manifest.
--key: thirty digits; the site's release must be signed by that key.`;

/** Addresses at which a site answers with the page itself. */
const pages = ['/', '/index.html', '/m/AAAAAAAAAAAAAAAAAAAAAA', '/server'];
const encodings = ['identity', 'gzip', 'br'];

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      args: boundArguments(['key']),
      options: { manifest: { type: 'string' }, key: { type: 'string' } },
      allowPositionals: true,
    });
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0) throw new TypeError();
    const key = values.key?.replace(/\s/g, '');
    if (key !== undefined && !/^\d{30}$/.test(key)) throw new TypeError();
    return { site: new URL(address).origin, manifest: values.manifest, key };
  } catch {
    throw new StartError(USAGE);
  }
}

async function expected(file: string | undefined): Promise<string> {
  if (file === undefined) await ensureClient(() => console.log('Building the page from this source ...'));
  const path = file ?? join(defaultClientDir, MANIFEST_PATH);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StartError(`${path} could not be read.`, { cause });
  }
}

async function get(url: string, encoding = 'identity', headers: Record<string, string> = {}) {
  try {
    return await fetch(url, {
      redirect: 'manual',
      headers: { 'accept-encoding': encoding, ...headers },
      signal: AbortSignal.timeout(30_000),
    });
  } catch (cause) {
    throw new StartError(`${url} does not answer. Is the address right, and its certificate valid?`, {
      cause,
    });
  }
}

/** What is wrong with one file, in every encoding it is served in; null when nothing is. */
async function wrongWith(
  url: string,
  digest: string,
  headers: Record<string, string> = {},
): Promise<string | null> {
  for (const encoding of encodings) {
    const response = await get(url, encoding, headers);
    if (response.status !== 200) return `answers ${response.status}`;
    const body = await response.arrayBuffer().catch(() => null);
    if (body === null) return `cannot be read (as ${encoding})`;
    const served = await integrityOf(new Uint8Array(body));
    if (served !== digest)
      return `is ${served}, not ${digest}${encoding === 'identity' ? '' : ` (as ${encoding})`}`;
  }
  return null;
}

class Findings {
  wrong = 0;
  tell(name: string, problem: string | null): void {
    if (problem !== null) this.wrong += 1;
    const mark = problem === null ? styleText('green', 'same     ') : styleText('red', 'DIFFERENT');
    console.log(`${mark}  ${name}${problem === null ? '' : `  ${problem}`}`);
  }
}

/** The page's headers that browsers hold it to. Returns what is wrong with them. */
async function wrongHeaders(site: string): Promise<string | null> {
  const response = await get(`${site}/`);
  const importMap = importMapOf(await response.text());
  const { host, protocol } = new URL(site);
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  const digest = importMap === null ? null : await integrityOf(importMap);
  const wanted = {
    'content-security-policy': contentSecurityPolicy(socket, digest),
    'integrity-policy': integrityPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  };
  const wrong = Object.entries(wanted).filter(([name, value]) => response.headers.get(name) !== value);
  return wrong.length === 0 ? null : `not as in this source: ${wrong.map(([name]) => name).join(', ')}`;
}

async function compare(site: string, manifest: Manifest, findings: Findings): Promise<void> {
  for (const [path, digest] of Object.entries(manifest.files)) {
    findings.tell(path, await wrongWith(site + path, digest));
  }
  const index = manifest.files['/index.html'] ?? '';
  for (const path of pages) findings.tell(`the page at ${path}`, await wrongWith(site + path, index));
  const guard = manifest.files['/guard.js'] ?? '';
  const asBrowser = { 'service-worker': 'script', 'sec-fetch-dest': 'serviceworker' };
  findings.tell('the guard as browsers fetch it', await wrongWith(`${site}/guard.js`, guard, asBrowser));
  findings.tell('the headers of the page', await wrongHeaders(site));
}

/** Says who signed the site's release; a problem where `key` was asked for and did not. */
async function signature(site: string, digest: string, key: string | undefined): Promise<string | null> {
  const response = await get(site + SIGNATURE_PATH);
  const signed = response.status === 200 ? await readSignature(await response.text(), digest) : null;
  if (signed === null) {
    if (response.status === 200) return 'there is a signature, and it does not hold for this manifest';
    console.log('The release is not signed.');
    return key === undefined ? null : 'the release is not signed';
  }
  const fingerprints = await Promise.all(signed.keys.map(releaseFingerprint));
  for (const digits of fingerprints) {
    console.log(`Signed ${new Date(signed.at).toISOString()} by ${digits.match(/\d{5}/g)?.join(' ')}`);
  }
  return key === undefined || fingerprints.includes(key) ? null : 'signed by another key';
}

await asCommand(async () => {
  const { site, manifest: file, key } = readArguments();
  const text = await expected(file);
  const manifest = readManifest(text);
  if (manifest === null) throw new StartError('This is no manifest of a release.');
  const findings = new Findings();
  await compare(site, manifest, findings);
  const digest = await integrityOf(text);
  findings.tell('the manifest', await wrongWith(site + MANIFEST_PATH, digest));
  findings.tell('the signature', await signature(site, digest, key));
  console.log(
    findings.wrong === 0
      ? styleText('green', `\n${site} serves version ${manifest.version} as built from this source.`)
      : styleText('red', `\n${site} differs in ${findings.wrong} places. Do not use it until you know why.`),
  );
  if (findings.wrong > 0) process.exitCode = 1;
});
