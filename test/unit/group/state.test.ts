import {
  acceptAll,
  type ClientState,
  createApplicationMessage,
  decodeMlsMessage,
  processPrivateMessage,
} from 'ts-mls';
import { allSecretTreeValues } from 'ts-mls/secretTree.js';
import { describe, expect, it } from 'vitest';
import { createKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import { pskIndex } from '../../../client/e2ee/group/receive.ts';
import { forgetful, pruned, retire } from '../../../client/e2ee/group/state.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { infiltrate } from './attacker.ts';
import { assemble, makeIdentity, makePsk } from './parties.ts';

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function schedule(mls: ClientState): Uint8Array[] {
  return [...Object.values(mls.keySchedule), ...Object.values(mls.privatePath.privateKeys)];
}

function treeSecrets(mls: ClientState): Uint8Array[] {
  return allSecretTreeValues(mls.secretTree).filter((value) => value !== undefined);
}

async function twoEpochs() {
  const psk = makePsk();
  const { attacker, parties } = await infiltrate(await assemble('x25519', 4, psk), psk);
  const pending = await parties[0].group.commit({ removes: [2] });
  const [message] = decodeMlsMessage(pending.commit, 0) ?? [];
  if (message?.wireformat !== 'mls_private_message') throw new Error('a private message expected');
  const { mls: before, cs } = attacker;
  const result = await processPrivateMessage(before, message.privateMessage, pskIndex([]), cs, acceptAll);
  return { before, after: result.newState, cs };
}

describe('retiring a state', () => {
  it('zeros what only the old epoch had and keeps what the new one needs', async () => {
    const { before, after, cs } = await twoEpochs();
    const next = pruned(after);
    retire(before, next);
    const { exporterSecret, initSecret, epochAuthenticator, confirmationKey, membershipKey, externalSecret } =
      before.keySchedule;
    for (const secret of [
      exporterSecret,
      initSecret,
      epochAuthenticator,
      confirmationKey,
      membershipKey,
      externalSecret,
    ]) {
      expect(isZero(secret)).toBe(true);
    }
    // Late messages of the old epoch can still be opened.
    expect(isZero(before.keySchedule.senderDataSecret)).toBe(false);
    // All but the handshake key that the commit itself used up.
    expect(treeSecrets(before).filter(isZero)).toHaveLength(1);
    expect(schedule(next).some(isZero)).toBe(false);
    expect(treeSecrets(next).some(isZero)).toBe(false);
    expect(isZero(next.signaturePrivateKey)).toBe(false);
    const sent = await createApplicationMessage(next, utf8('alive'), cs);
    expect(sent.privateMessage.epoch).toBe(next.groupContext.epoch);
  });

  it('zeros the old epoch for good once it is forgotten', async () => {
    const { before, after } = await twoEpochs();
    retire(before, after);
    retire(after, forgetful(after));
    expect(isZero(before.keySchedule.senderDataSecret)).toBe(true);
    expect(treeSecrets(before).every(isZero)).toBe(true);
    expect(schedule(after).some(isZero)).toBe(false);
  });

  it('zeros everything where nothing follows', async () => {
    const { after } = await twoEpochs();
    retire(after);
    expect(schedule(after).every(isZero)).toBe(true);
    expect(treeSecrets(after).every(isZero)).toBe(true);
    expect(isZero(after.signaturePrivateKey)).toBe(true);
  });

  it('keeps private keys for nodes of the tree only', async () => {
    const { after } = await twoEpochs();
    const stale = Uint8Array.of(1);
    const blank = after.ratchetTree.indexOf(undefined);
    expect(blank).toBeGreaterThanOrEqual(0);
    const privatePath = {
      ...after.privatePath,
      privateKeys: { ...after.privatePath.privateKeys, [blank]: stale },
    };
    const { privateKeys } = pruned({ ...after, privatePath }).privatePath;
    expect(privateKeys[blank]).toBeUndefined();
    expect(privateKeys[2 * after.privatePath.leafIndex]).toBeDefined();
  });

  it('zeros the private keys of a key package that is closed unused', async () => {
    const bundle = await createKeyPackage(await makeIdentity('name', 'x25519'));
    const { privatePackage } = bundle.keys();
    bundle.close();
    for (const key of Object.values(privatePackage)) expect(isZero(key)).toBe(true);
  });
});
