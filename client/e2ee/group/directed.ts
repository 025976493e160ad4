import { concat, utf8 } from '../../../shared/bytes.ts';
import { wipe } from '../sodium.ts';
import { GroupError } from './error.ts';
import { refusing } from './refusal.ts';
import type { GroupState } from './state.ts';
import { type GroupSuite, hpkePublicKeyLength } from './suite.ts';

const INFO = utf8('Sealroom 1.0 Directed');

/** What a sealed secret is bound to: this group, this epoch, sender, receiver. */
function boundTo({ mls }: GroupState, sender: number, receiver: number): Uint8Array {
  const { groupId, epoch } = mls.groupContext;
  return concat(groupId, utf8(` ${epoch} ${sender} ${receiver}`));
}

function leafOf({ mls }: GroupState, leafIndex: number) {
  const node = mls.ratchetTree[2 * leafIndex];
  if (node?.nodeType !== 'leaf') throw new GroupError('bad-index', 'no member at this leaf');
  return node.leaf;
}

/**
 * Seals a small secret to one member's leaf key by HPKE, for this epoch only. Whoever sends it proves
 * itself by the group message that carries it. Throws GroupError('bad-index').
 */
export async function sealToMember(
  state: GroupState,
  receiver: number,
  secret: Uint8Array,
): Promise<Uint8Array> {
  const { cs, mls } = state;
  const key = await cs.hpke.importPublicKey(leafOf(state, receiver).hpkePublicKey);
  const { enc, ct } = await cs.hpke.seal(
    key,
    secret,
    INFO,
    boundTo(state, mls.privatePath.leafIndex, receiver),
  );
  return concat(enc, ct);
}

/** Opens what the member at `sender` sealed to this device in this epoch. Throws GroupError('not-authentic'). */
export async function openFromMember(
  state: GroupState,
  sender: number,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const { cs, mls, suite } = state;
  const own = mls.privatePath.leafIndex;
  const leafKey = mls.privatePath.privateKeys[2 * own];
  if (leafKey === undefined) throw new GroupError('bad-index', 'this device has no leaf key');
  const split = encapsulationLength(suite);
  return refusing('sealed secret', async () => {
    const copy = Uint8Array.from(leafKey);
    try {
      const key = await cs.hpke.importPrivateKey(copy);
      return await cs.hpke.open(
        key,
        sealed.slice(0, split),
        sealed.slice(split),
        INFO,
        boundTo(state, sender, own),
      );
    } finally {
      wipe(copy);
    }
  });
}

/** X25519's encapsulation is a public key; X-Wing's is 1,120 bytes. */
function encapsulationLength(suite: GroupSuite): number {
  return suite === 'x-wing' ? 1120 : hpkePublicKeyLength(suite);
}
