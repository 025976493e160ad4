import type { ResponseOf } from '../../shared/protocol/requests.ts';
import type { NodeLabel } from '../../shared/protocol/rest.ts';
import {
  allowedNodes,
  type OperatorKey,
  readSiteList,
  type SiteList,
  type SiteRegions,
} from '../../shared/residency.ts';
import type { Policy } from '../../shared/roles.ts';
import { verifyDetached } from '../meeting/recordCrypto.ts';

type Fields = Pick<ResponseOf<'media:createTransport'>, 'node' | 'site'>;

const verify = (message: Uint8Array, signature: Uint8Array, by: OperatorKey) =>
  verifyDetached(signature, message, by);

/**
 * Which server this is, and where the site's servers are by the operator's signed list. What a server says of itself, in
 * Redis or in its settings, never counts: a meeting that is bound to regions is served by listed servers alone, and by
 * none where there is no list.
 */
export class Place {
  readonly #label: NodeLabel | null;
  readonly #list: SiteList | null;
  readonly #isShown: boolean;

  /** `isShown`: browsers are told at each transport which server it ends at, since a site has several. */
  constructor(label: NodeLabel | null, list: SiteList | null, isShown: boolean) {
    this.#label = label;
    this.#list = list;
    this.#isShown = isShown;
  }

  /** This server as people read of it; null where its operator gave it no name. */
  get label(): NodeLabel | null {
    return this.#label;
  }

  /** Where this server is. */
  get region(): string | null {
    return this.#label?.region ?? null;
  }

  /** Name of this server. */
  get name(): string {
    return this.#label?.name ?? 'this server';
  }

  /** Where the site's servers are, for founders to choose from; null without a list. */
  get regions(): SiteRegions | null {
    if (!this.#list) return null;
    const nodes = readSiteList(this.#list, this.#list.operator, verify) ?? [];
    return { operator: this.#list.operator, names: [...new Set(nodes.map(({ region }) => region))].sort() };
  }

  /** Whether a server may run a meeting under these rules. */
  allows(node: string, { residency }: Policy): boolean {
    if (!residency) return true;
    return allowedNodes(residency, this.#list, verify).some(({ name }) => name === node);
  }

  /** Whether this one may. */
  isFor(rules: Policy): boolean {
    return this.allows(this.name, rules);
  }

  /** Whether any server of the site may. */
  canServe({ residency }: Policy): boolean {
    return !residency || allowedNodes(residency, this.#list, verify).length > 0;
  }

  /** What a transport says about the server where it ends. */
  fields({ residency }: Policy, at: NodeLabel | null): Fields {
    const node = this.#isShown && this.#label && at ? { node: this.labelOf(at) } : {};
    return residency && this.#list ? { ...node, site: this.#list } : node;
  }

  /** A server as people read of it. The operator's word on the region counts, not a server's own. */
  labelOf({ name, region }: NodeLabel): NodeLabel {
    const nodes = this.#list && readSiteList(this.#list, this.#list.operator, verify);
    return { name, region: nodes?.find((node) => node.name === name)?.region ?? region };
  }
}
