import type { BrowserContext, Page } from 'playwright-core';

declare global {
  interface Window {
    /** The page's own connections, kept by `keepPeers`. */
    peers?: RTCPeerConnection[];
  }
}

/** The way that one connection's packets take, as the browser tells it. */
export interface Way {
  /** Of the device's end: `host`, `srflx`, `prflx` or `relay`. */
  readonly type: string;
  readonly protocol: string;
  /** How the relay is spoken to; null without one. */
  readonly relayProtocol: string | null;
  /** Of the media server's port. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly bytesReceived: number;
}

/** Keeps connections of a page, or of all in a context, within reach, for their statistics. To be called before it opens. */
export async function keepPeers(place: Page | BrowserContext): Promise<void> {
  await place.addInitScript(() => {
    const Native = window.RTCPeerConnection;
    const peers: RTCPeerConnection[] = [];
    window.peers = peers;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
  });
}

/** The ways of all connections that are open now. */
export function waysOf(page: Page): Promise<Way[]> {
  return page.evaluate(async () => {
    const ways: Way[] = [];
    for (const peer of window.peers ?? []) {
      if (peer.connectionState !== 'connected') continue;
      const stats = new Map<string, Record<string, unknown>>();
      for (const [id, entry] of await peer.getStats()) stats.set(id, entry);
      const transport = [...stats.values()].find(({ type }) => type === 'transport');
      const pair = stats.get(String(transport?.selectedCandidatePairId));
      const local = stats.get(String(pair?.localCandidateId));
      const remote = stats.get(String(pair?.remoteCandidateId));
      if (!pair || !local || !remote) continue;
      ways.push({
        type: String(local.candidateType),
        protocol: String(local.protocol),
        relayProtocol: local.relayProtocol === undefined ? null : String(local.relayProtocol),
        remoteAddress: String(remote.address),
        localAddress: String(local.address),
        bytesReceived: Number(pair.bytesReceived),
      });
    }
    return ways;
  });
}
