import type { Welcome } from 'ts-mls';
import { createGroup, joinGroup as mlsJoinGroup } from 'ts-mls/clientState.js';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { decodeMlsMessage } from 'ts-mls/message.js';
import { accumulatePskSecret } from 'ts-mls/pskIndex.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import { equalBytes } from '../../../shared/bytes.ts';
import { wipe } from '../sodium.ts';
import { assertPsk } from './commit.ts';
import { GroupError } from './error.ts';
import { Group } from './group.ts';
import { checkPsk } from './guard.ts';
import { createKeyPackage, type KeyPackageBundle, type LeafIdentity } from './keyPackage.ts';
import type { Psk } from './policy.ts';
import { bounds, clientConfig, contextExtension, contextOf } from './profile.ts';
import { pskIndex } from './receive.ts';
import { refusing } from './refusal.ts';
import { checkTree, type Member, memberAt } from './roster.ts';
import { ciphersuite, type GroupSuite, suiteName } from './suite.ts';

export interface FoundOptions extends LeafIdentity {
  /** 16 to 64 bytes; must never be used for another group. */
  readonly groupId: Uint8Array;
  /** The meeting's parameters, fixed for the group's life, seen and signed for by all: up to 4 KiB. */
  readonly context: Uint8Array;
}

/** A new group with this device as its only member, epoch 0. Throws GroupError, CryptoError. */
export async function foundGroup(options: FoundOptions): Promise<Group> {
  const { groupId, context, suite } = options;
  if (groupId.length < 16 || groupId.length > bounds.groupIdBytes || context.length > bounds.contextBytes) {
    throw new GroupError('bad-argument', 'group id or context of a wrong length');
  }
  const bundle = await createKeyPackage(options);
  const { publicPackage, privatePackage } = bundle.keys();
  const cs = await ciphersuite(suite);
  const extensions = [contextExtension(Uint8Array.from(context))];
  const mls = await createGroup(
    Uint8Array.from(groupId),
    publicPackage,
    privatePackage,
    extensions,
    cs,
    clientConfig,
  );
  bundle.spend();
  return new Group({ suite, cs, mls });
}

export interface JoinOptions {
  readonly welcome: Uint8Array;
  /** The key package the welcome names; spent by a successful join, kept by a failed one. */
  readonly bundle: KeyPackageBundle;
  /** The pre-shared key that the add must have been committed with. */
  readonly psk: Psk;
  /** The group this must be; a welcome to another is refused with 'wrong-group'. */
  readonly groupId: Uint8Array;
}

/**
 * Joins from a welcome. The welcome must name the bundle, be mixed with exactly the PSK, and carry the
 * whole tree, which is checked leaf by leaf; `addedBy` is the member that signed it. Throws GroupError:
 * 'not-welcomed', 'psk-required', 'psk-unknown', 'not-authentic' (the PSK's secret is wrong, or the
 * bytes were changed), 'wrong-group', 'wrong-suite', 'bad-tree', 'duplicate-key', 'invalid', 'spent'...
 */
export async function joinGroup(options: JoinOptions): Promise<{ group: Group; addedBy: Member }> {
  const { bundle, psk, groupId } = options;
  const { suite } = bundle;
  assertPsk(psk);
  const cs = await ciphersuite(suite);
  const { publicPackage, privatePackage } = bundle.keys();
  const welcome = await decodeWelcome(options.welcome, suite);
  if (!welcome.secrets.some((secret) => equalBytes(secret.newMember, bundle.ref))) {
    throw new GroupError('not-welcomed', 'the welcome is for other key packages');
  }
  // Everything the library would decode is looked at first: it loops on trees that do not fit.
  const signer = await refusing('welcome', async () => {
    const initKey = await cs.hpke.importPrivateKey(privatePackage.initPrivateKey);
    const secrets = await decryptGroupSecrets(initKey, bundle.ref, welcome, cs.hpke);
    if (secrets === undefined) throw new GroupError('malformed', 'welcome');
    checkPsk(secrets.psks, [psk], cs.kdf.size);
    const zeros = new Uint8Array(cs.kdf.size);
    const [pskSecret] = await accumulatePskSecret(secrets.psks, pskIndex([psk]), cs, zeros);
    const info = await decryptGroupInfo(welcome, secrets.joinerSecret, pskSecret, cs);
    wipe(secrets.joinerSecret, pskSecret);
    if (secrets.pathSecret !== undefined) wipe(secrets.pathSecret);
    if (info === undefined) throw new GroupError('malformed', 'welcome');
    if (!equalBytes(info.groupContext.groupId, groupId)) throw new GroupError('wrong-group', 'another group');
    if (info.groupContext.version !== 'mls10' || info.groupContext.cipherSuite !== suiteName(suite)) {
      throw new GroupError('wrong-suite', 'a group of another suite');
    }
    contextOf(info.groupContext.extensions);
    const [tree, ...others] = info.extensions;
    if (tree?.extensionType !== 'ratchet_tree' || others.length > 0) {
      throw new GroupError('invalid', 'the welcome must carry the tree and nothing else');
    }
    const ratchetTree = ratchetTreeFromExtension(info);
    if (ratchetTree === undefined) throw new GroupError('malformed', 'welcome');
    checkTree(ratchetTree, suite);
    const member = memberAt(ratchetTree, info.signer);
    if (member === undefined || equalBytes(member.signatureKey, publicPackage.leafNode.signaturePublicKey)) {
      throw new GroupError('bad-index', 'a welcome that no other member signed');
    }
    return member;
  });
  const mls = await refusing('welcome', () =>
    mlsJoinGroup(
      welcome,
      publicPackage,
      privatePackage,
      pskIndex([psk]),
      cs,
      undefined,
      undefined,
      clientConfig,
    ),
  );
  bundle.spend();
  return { group: new Group({ suite, cs, mls }), addedBy: signer };
}

async function decodeWelcome(bytes: Uint8Array, suite: GroupSuite): Promise<Welcome> {
  if (bytes.length > bounds.welcomeBytes) throw new GroupError('too-large', 'welcome too large');
  const header = bytes.subarray(0, 4);
  if (header.length < 4) throw new GroupError('malformed', 'welcome');
  // mls10, mls_welcome (RFC 9420 sections 6 and 17.2): nothing else is even decoded.
  if (!equalBytes(header, new Uint8Array([0, 1, 0, 3])))
    throw new GroupError('wrong-wire-format', 'not a welcome');
  const decoded = await refusing('welcome', () => decodeMlsMessage(bytes, 0));
  if (decoded === undefined || decoded[1] !== bytes.length) throw new GroupError('malformed', 'welcome');
  const [message] = decoded;
  if (message.wireformat !== 'mls_welcome') throw new GroupError('wrong-wire-format', 'not a welcome');
  if (message.welcome.cipherSuite !== suiteName(suite)) throw new GroupError('wrong-suite', 'another suite');
  return message.welcome;
}
