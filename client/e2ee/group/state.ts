import type { CiphersuiteImpl, ClientState, SecretTree } from 'ts-mls';
import { allSecretTreeValues } from 'ts-mls/secretTree.js';
import { wipe } from '../sodium.ts';
import type { GroupSuite } from './suite.ts';

/** The library's state with its functions; for this folder only. */
export interface GroupState {
  readonly suite: GroupSuite;
  readonly cs: CiphersuiteImpl;
  readonly mls: ClientState;
}

/** Every buffer with a secret that a state can reach, its signature key aside. */
function secretsOf(mls: ClientState): Set<Uint8Array> {
  const trees: SecretTree[] = [mls.secretTree];
  const secrets: Uint8Array[] = [];
  for (const epoch of mls.historicalReceiverData.values()) {
    trees.push(epoch.secretTree);
    secrets.push(epoch.senderDataSecret, epoch.resumptionPsk);
  }
  secrets.push(...Object.values(mls.keySchedule), ...Object.values(mls.privatePath.privateKeys));
  // The library sizes this array for the tree and then appends, which leaves holes at the front.
  for (const tree of trees) secrets.push(...allSecretTreeValues(tree).filter((value) => value !== undefined));
  return new Set(secrets);
}

/** Zeros what `state` holds and `successor` does not; the signature key only where there is none. */
export function retire(state: ClientState, successor?: ClientState): void {
  const kept = successor === undefined ? new Set<Uint8Array>() : secretsOf(successor);
  for (const secret of secretsOf(state)) if (!kept.has(secret)) wipe(secret);
  if (successor === undefined) wipe(state.signaturePrivateKey);
}

/** The state without private keys of nodes that no longer exist. */
export function pruned(mls: ClientState): ClientState {
  const privateKeys = Object.fromEntries(
    Object.entries(mls.privatePath.privateKeys).filter(
      ([node]) => mls.ratchetTree[Number(node)] !== undefined,
    ),
  );
  return { ...mls, privatePath: { ...mls.privatePath, privateKeys } };
}

/** The state without the keys of past epochs. */
export function forgetful(mls: ClientState): ClientState {
  return { ...mls, historicalReceiverData: new Map() };
}
