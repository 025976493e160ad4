import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type OperatorKey,
  readSiteList,
  type SiteList,
  type SiteNode,
  siteList,
} from '../../shared/residency.ts';

/** The list in a file, with its servers; null where its operator did not sign it. */
export function readSignedList(
  file: string,
): { readonly list: SiteList; readonly nodes: readonly SiteNode[] } | null {
  const list = siteList.safeParse(readJson(file)).data;
  const nodes = list && readSiteList(list, list.operator, isSigned);
  return list && nodes ? { list, nodes } : null;
}

/** By Node, because settings are read before libsodium is ready. */
function isSigned(message: Uint8Array, signature: Uint8Array, by: OperatorKey): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: by }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
