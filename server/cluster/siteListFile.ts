import type { SiteList, SiteNode } from '../../shared/residency.ts';
import { StartError } from '../startError.ts';
import { readSignedList } from './signedList.ts';

/** The signed list in a file, and this server's entry in it. Throws StartError with what is wrong. */
export function openSiteList(
  file: string,
  name: string,
  fingerprint: string,
): { readonly list: SiteList; readonly own: SiteNode } {
  const signed = readSignedList(file);
  if (!signed) throw new StartError(`${file} is no list that npm run site:sign wrote.`);
  const { list, nodes } = signed;
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
