import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  encodeSiteList,
  operatorKey,
  type SiteNode,
  siteListInput,
  siteNodes,
} from '../../shared/residency.ts';
import { readConfig } from '../config/config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { mediaCertificate } from '../media/certificate.ts';
import { StartError } from '../startError.ts';
import { asCommand } from './command.ts';

const HELP = `npm run site:keys -- --key FILE             makes the operator's key; keep it off every server
npm run site:node                           prints this server's entry for the list
npm run site:sign -- --key FILE --out FILE NODES.json
                                            signs a JSON array of such entries

Every server then gets SEALROOM_SITE_LIST=FILE.
`;

/** This server as its settings and its data folder have it; the operator signs for it after a look. */
async function node(): Promise<void> {
  const { node: label, media, dataDir } = readConfig();
  if (!label?.region)
    throw new StartError('Set SEALROOM_NODE_NAME and SEALROOM_REGION as the server has them.');
  const { fingerprint } = await mediaCertificate(dataDir);
  const entry: SiteNode = {
    name: label.name,
    region: label.region,
    addresses: media.announced.length > 0 ? [...media.announced] : ownAddresses(),
    fingerprint,
    relays: (media.turn?.urls ?? []).map((url) => url.replace(/^turns?:/, '').replace(/[:?].*$/, '')),
  };
  console.log(JSON.stringify(entry, null, 2));
}

function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  write(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  console.log(publicOf(privateKey));
}

function signList(keyFile: string, nodesFile: string, out: string): void {
  const key = createPrivateKey(read(keyFile));
  const nodes = siteNodes.safeParse(JSON.parse(read(nodesFile)));
  if (!nodes.success) {
    throw new StartError(
      `${nodesFile} must be a JSON array of what npm run site:node prints. ${nodes.error.issues[0]?.message ?? ''}`,
    );
  }
  const content = encodeSiteList(nodes.data);
  const signature = sign(null, siteListInput(content), key).toString('base64url');
  write(out, JSON.stringify({ content, operator: publicOf(key), signature }));
  for (const each of nodes.data) console.log(`${each.name}  ${each.region}`);
}

function publicOf(key: KeyObject): string {
  const { x } = z.object({ x: z.string() }).parse(createPublicKey(key).export({ format: 'jwk' }));
  return operatorKey.parse(x);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new StartError(`${file} cannot be read.`);
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch {
    throw new StartError(`${file} is there already, or cannot be written.`);
  }
}

async function site(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, out: { type: 'string' } },
  });
  const [task, nodes] = positionals;
  const { key, out } = values;
  if (task === 'node') return node();
  if (task === 'keys' && key !== undefined) return makeKey(key);
  if (task === 'sign' && key !== undefined && out !== undefined && nodes !== undefined) {
    return signList(key, nodes, out);
  }
  console.log(HELP);
  process.exitCode = 2;
}

await asCommand(site);
