import { readFileSync } from 'node:fs';
import { readSiteList, type SiteList, type SiteNode, siteList } from '../../shared/residency.ts';
import { verifyDetached } from '../meeting/recordCrypto.ts';
import { StartError } from '../startError.ts';

/** The signed list in a file, and this server's entry in it. Throws StartError with what is wrong. */
export function openSiteList(
  file: string,
  name: string,
  fingerprint: string,
): { readonly list: SiteList; readonly own: SiteNode } {
  const list = siteList.safeParse(readJson(file)).data;
  const nodes =
    list &&
    readSiteList(list, list.operator, (message, signature, by) => verifyDetached(signature, message, by));
  if (!list || !nodes) throw new StartError(`${file} is no list that npm run site:sign wrote.`);
  const own = nodes.find((node) => node.name === name);
  if (!own) {
    throw new StartError(
      `${file} has no server ${name}: add what npm run site:node prints, and sign it again.`,
    );
  }
  if (own.fingerprint !== fingerprint) {
    throw new StartError(
      `${file} has another media certificate for ${name}: add what npm run site:node prints now, and sign it again.`,
    );
  }
  return { list, own };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
