import { ProtocolError } from '../../../shared/errors.ts';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';
import { allowedNodes, nodeAt, type Residency, type Verify } from '../../../shared/residency.ts';

type TransportWire = ResponseOf<'media:createTransport'>;

/**
 * A transport as the browser may use it under a meeting's rule on regions: the server at its other end is one that the
 * operator signed for and the rule allows, and its certificate is the only one taken. Throws ProtocolError
 * `region-unavailable` for any other, before a packet is sent.
 */
export function heldToRegions(
  wire: TransportWire,
  rule: Residency | undefined,
  verify: Verify,
): TransportWire {
  if (!rule) return wire;
  const { dtlsParameters } = wire;
  // Browsers take any fingerprint that is named: the one that was signed for must be the only one.
  const fingerprints = dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256');
  const held = { ...wire, dtlsParameters: { ...dtlsParameters, fingerprints } };
  if (!nodeAt(held, allowedNodes(rule, wire.site ?? null, verify)))
    throw new ProtocolError('region-unavailable');
  return held;
}
