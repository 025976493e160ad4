import { encodeMlsMessage } from 'ts-mls';
import { describe, expect, it } from 'vitest';
import { GroupError } from '../../../client/e2ee/group/error.ts';
import { createKeyPackage, inspectKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { bareKeyPackage } from './attacker.ts';
import { makeIdentity } from './parties.ts';

const DAY = 24 * 60 * 60 * 1000;

describe.each(['x-wing', 'x25519'] as const)('a key package on %s', (suite) => {
  it('says who it is for', async () => {
    const identity = await makeIdentity('name', suite);
    const bundle = await createKeyPackage(identity);
    expect(await inspectKeyPackage(bundle.bytes)).toEqual({
      ref: bundle.ref,
      signatureKey: identity.signature.publicKey,
      credential: utf8('name'),
      suite,
    });
    const again = await createKeyPackage(identity);
    expect(again.ref).not.toEqual(bundle.ref);
  });

  it('is refused outside its day', async () => {
    const identity = await makeIdentity('name', suite);
    const { bytes } = await createKeyPackage(identity, 1_000_000 * DAY);
    await expect(inspectKeyPackage(bytes)).rejects.toMatchObject({ code: 'expired-key-package' });
    await expect(inspectKeyPackage(bytes, 1_000_000 * DAY - 2 * DAY)).rejects.toMatchObject({
      code: 'expired-key-package',
    });
    expect((await inspectKeyPackage(bytes, 1_000_000 * DAY + DAY / 2)).suite).toBe(suite);
  });

  it('is refused with any byte changed', async () => {
    const { bytes } = await createKeyPackage(await makeIdentity('name', suite));
    for (let at = 0; at < bytes.length; at += suite === 'x-wing' ? 29 : 3) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x04;
      await expect(inspectKeyPackage(changed)).rejects.toBeInstanceOf(GroupError);
    }
    await expect(inspectKeyPackage(bytes.subarray(0, -1))).rejects.toMatchObject({ code: 'malformed' });
    await expect(inspectKeyPackage(Uint8Array.from([...bytes, 0]))).rejects.toMatchObject({
      code: 'malformed',
    });
    await expect(inspectKeyPackage(new Uint8Array(20_000))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('is refused outside the profile', async () => {
    const { publicPackage } = await bareKeyPackage(suite);
    const extension = { extensionType: 0xf0aa, extensionData: randomBytes(4) };
    const { leafNode } = publicPackage;
    const changes = [
      { ...publicPackage, extensions: [extension] },
      { ...publicPackage, initKey: randomBytes(31) },
      { ...publicPackage, leafNode: { ...leafNode, extensions: [extension] } },
      { ...publicPackage, leafNode: { ...leafNode, signaturePublicKey: randomBytes(31) } },
      { ...publicPackage, leafNode: { ...leafNode, hpkePublicKey: randomBytes(31) } },
      {
        ...publicPackage,
        leafNode: {
          ...leafNode,
          credential: { credentialType: 'basic' as const, identity: new Uint8Array() },
        },
      },
      {
        ...publicPackage,
        leafNode: { ...leafNode, capabilities: { ...leafNode.capabilities, extensions: [] } },
      },
      {
        ...publicPackage,
        leafNode: { ...leafNode, capabilities: { ...leafNode.capabilities, credentials: [] } },
      },
      {
        ...publicPackage,
        leafNode: { ...leafNode, capabilities: { ...leafNode.capabilities, ciphersuites: [] } },
      },
      {
        ...publicPackage,
        leafNode: {
          ...leafNode,
          capabilities: {
            ...leafNode.capabilities,
            proposals: Array.from({ length: 65 }, (_, i) => 0xf000 + i),
          },
        },
      },
    ];
    for (const keyPackage of changes) {
      const bytes = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });
      await expect(inspectKeyPackage(bytes)).rejects.toMatchObject({ code: 'bad-key-package' });
    }
    const cipherSuite = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519' as const;
    const bytes = encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_key_package',
      keyPackage: { ...publicPackage, cipherSuite },
    });
    await expect(inspectKeyPackage(bytes)).rejects.toMatchObject({ code: 'wrong-suite' });
  });

  it('gives its keys up when closed', async () => {
    const bundle = await createKeyPackage(await makeIdentity('name', suite));
    bundle.close();
    bundle.close();
    expect(() => bundle.keys()).toThrow(GroupError);
  });
});
