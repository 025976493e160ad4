import type { Phase } from './phase.ts';

/** What this browser lacks for an encrypted meeting, or null when it has everything. */
export function missingSupport(): (Phase & { readonly name: 'unsupported' }) | null {
  if (!globalThis.isSecureContext) return { name: 'unsupported', reason: 'insecure-context' };
  if (!('RTCPeerConnection' in globalThis)) return { name: 'unsupported', reason: 'no-webrtc' };
  if (!('RTCRtpScriptTransform' in globalThis))
    return { name: 'unsupported', reason: 'no-encoded-transform' };
  return null;
}
