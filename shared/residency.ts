import { z } from 'zod';
import { concat, fromBase64Url, utf8 } from './bytes.ts';
import { identifier } from './ids.ts';

/** The operator's Ed25519 key, which signs the list of a site's servers. Its private half is on no server. */
export const operatorKey = identifier(32, 'OperatorKey');
export type OperatorKey = z.infer<typeof operatorKey>;

const label = z.string().min(1).max(60);
const address = z.string().min(1).max(253);

/** One media server of a site. */
export const siteNode = z.strictObject({
  name: label,
  /** Where it is, as meetings name it in their rules. */
  region: label,
  /** IP addresses and host names at which browsers reach its media ports. */
  addresses: z.array(address).min(1).max(16),
  /** SHA-256 of its media certificate, as in SDP (RFC 8122): `AB:CD:...`. */
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  /** Hosts of TURN relays that its media may take. */
  relays: z.array(address).max(8),
});
export type SiteNode = z.infer<typeof siteNode>;

export const siteNodes = z.array(siteNode).min(1).max(500);

const listContent = z.strictObject({ v: z.literal(1), nodes: siteNodes });

/** A site's servers with the operator's signature. `content` is the text that was signed. */
export const siteList = z.strictObject({
  content: z.string().max(256 * 1024),
  operator: operatorKey,
  signature: identifier(64, 'SiteListSignature'),
});
export type SiteList = z.infer<typeof siteList>;

/** A meeting's rule on where its media may pass. The operator's key is pinned with it, so that no server can vouch for others. */
export const residency = z.strictObject({ operator: operatorKey, regions: z.array(label).min(1).max(16) });
export type Residency = z.infer<typeof residency>;

/** Whether a meeting's rule lets its media pass no servers but those of another rule. */
export function isWithin(rule: Residency | undefined, bounds: Residency): boolean {
  return (
    rule !== undefined &&
    rule.operator === bounds.operator &&
    rule.regions.every((region) => bounds.regions.includes(region))
  );
}

/**
 * The rule that a new meeting gets where its site's operator sets bounds: these, or what a founder chose within them.
 * Null where nothing of a founder's own choice is left: no site's word replaces it.
 */
export function keptWithin(rule: Residency | undefined, bounds: Residency): Residency | null {
  if (!rule) return bounds;
  const regions = rule.regions.filter((region) => bounds.regions.includes(region));
  return rule.operator === bounds.operator && regions.length > 0 ? { ...rule, regions } : null;
}

/** The regions of a site's signed list, and whose signature it bears. */
export const siteRegions = z.strictObject({ operator: operatorKey, names: z.array(label).min(1).max(500) });
export type SiteRegions = z.infer<typeof siteRegions>;

/** What the operator signs. */
export function siteListInput(content: string): Uint8Array {
  return concat(utf8('Sealroom 1.0 Site list'), new Uint8Array(1), utf8(content));
}

export function encodeSiteList(nodes: readonly SiteNode[]): string {
  return JSON.stringify({ v: 1, nodes });
}

/** Whether an Ed25519 signature is one by a key. */
export type Verify = (message: Uint8Array, signature: Uint8Array, by: OperatorKey) => boolean;

/** The servers that the operator signed for; null where it did not. */
export function readSiteList(list: SiteList, by: OperatorKey, verify: Verify): readonly SiteNode[] | null {
  if (list.operator !== by) return null;
  if (!verify(siteListInput(list.content), fromBase64Url(list.signature), by)) return null;
  try {
    const parsed = listContent.safeParse(JSON.parse(list.content));
    return parsed.success ? parsed.data.nodes : null;
  } catch {
    return null;
  }
}

/** The servers where a meeting's media may pass: none without a list by its own operator. */
export function allowedNodes(
  { operator, regions }: Residency,
  list: SiteList | null,
  verify: Verify,
): readonly SiteNode[] {
  const nodes = list && readSiteList(list, operator, verify);
  return (nodes ?? []).filter(({ region }) => regions.includes(region));
}

/** What a server says about a transport, as far as it tells where the other end is. */
export interface Endpoint {
  readonly iceCandidates: readonly {
    readonly address?: string | undefined;
    readonly ip?: string | undefined;
  }[];
  readonly dtlsParameters: {
    readonly fingerprints: readonly { readonly algorithm: string; readonly value: string }[];
  };
  readonly iceServers: readonly { readonly urls: string | readonly string[] }[];
}

/**
 * The allowed server at the other end of a transport; null for any other. The certificate is what binds it: who has
 * not its private key cannot answer. All fingerprints but the listed one must have been taken out before.
 */
export function nodeAt(endpoint: Endpoint, allowed: readonly SiteNode[]): SiteNode | null {
  const { fingerprints } = endpoint.dtlsParameters;
  const node = allowed.find(({ fingerprint }) =>
    fingerprints.every(
      ({ algorithm, value }) => algorithm === 'sha-256' && value.toUpperCase() === fingerprint,
    ),
  );
  if (!node || fingerprints.length === 0) return null;
  const reaches = ({ address: at, ip }: Endpoint['iceCandidates'][number]) =>
    [at, ip].every((host) => host !== undefined && node.addresses.includes(host));
  const urls = endpoint.iceServers.flatMap((server) => server.urls);
  const relays = urls.map((url) => /^(?:stuns?|turns?):(\[[^\]]+\]|[^:?]+)/.exec(url)?.[1] ?? '');
  const fits = endpoint.iceCandidates.every(reaches) && relays.every((host) => node.relays.includes(host));
  return fits ? node : null;
}
