import type { StatsEntry } from './statsReport.ts';

/** The way that packets of a connection take between this device and the media server. */
export interface NetworkPath {
  /** Up to the media server, or up to the relay. */
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly relay: boolean;
  /** Of the addresses at both ends; null where the browser does not tell, and behind a relay. */
  readonly family: 4 | 6 | null;
}

/** The way that is in use now, out of a connection's statistics; null before there is one. */
export function pathOf(entries: ReadonlyMap<string, StatsEntry>): NetworkPath | null {
  const pair = selectedPair(entries);
  const local = entries.get(pair?.text('localCandidateId') ?? '');
  const remote = entries.get(pair?.text('remoteCandidateId') ?? '');
  if (!local || !remote) return null;
  if (local.text('candidateType') === 'relay') {
    return {
      protocol: protocolOf(local.text('relayProtocol') ?? local.text('protocol')),
      relay: true,
      family: null,
    };
  }
  const address = remote.text('address');
  const family = address === null ? null : address.includes(':') ? 6 : 4;
  return { protocol: protocolOf(local.text('protocol')), relay: false, family };
}

/** Bytes that came over the connection so far, out of its statistics; null before there is a way. */
export function heardOf(entries: ReadonlyMap<string, StatsEntry>): number | null {
  for (const entry of entries.values()) {
    const heard = entry.text('type') === 'transport' ? entry.number('bytesReceived') : null;
    if (heard !== null) return heard;
  }
  return selectedPair(entries)?.number('bytesReceived') ?? null;
}

/** Browsers name it at the transport, or mark the pair (Firefox). */
function selectedPair(entries: ReadonlyMap<string, StatsEntry>): StatsEntry | null {
  const pairs: StatsEntry[] = [];
  for (const entry of entries.values()) {
    const type = entry.text('type');
    if (type === 'transport') return entries.get(entry.text('selectedCandidatePairId') ?? '') ?? null;
    if (type === 'candidate-pair' && entry.text('state') === 'succeeded') pairs.push(entry);
  }
  return pairs.find((pair) => pair.flag('selected')) ?? pairs.find((pair) => pair.flag('nominated')) ?? null;
}

function protocolOf(name: string | null): NetworkPath['protocol'] {
  const lower = name?.toLowerCase();
  return lower === 'tls' || lower === 'tcp' ? lower : 'udp';
}
