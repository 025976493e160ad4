import { generateKeyPairSync, sign } from 'node:crypto';
import {
  encodeSiteList,
  operatorKey,
  type SiteList,
  type SiteNode,
  siteListInput,
} from '../../shared/residency.ts';

/** Somebody who signs lists of servers. */
export function operator() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = operatorKey.parse(publicKey.export({ format: 'jwk' }).x);
  const list = (...nodes: SiteNode[]): SiteList => {
    const content = encodeSiteList(nodes);
    return {
      content,
      operator: key,
      signature: sign(null, siteListInput(content), privateKey).toString(
        'base64url',
      ) as SiteList['signature'],
    };
  };
  return { key, list };
}
