import { fromBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import {
  type Datagram,
  encodeDatagram,
  signCheckpoint,
  verifyCheckpoint,
} from '../../e2ee/authorship/datagram.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { CoreContext } from './context.ts';

/** RFC 9605 section 5.2; 32 bytes for CHACHA20_POLY1305_SHA512_128. */
const EXPORT_LABEL = 'SFrame 1.0 Base Key';
const BASE_KEY_LENGTH = 32;

/** Gives the frame worker each epoch's base key, and carries signed lists of sent frames both ways. */
export class FrameKeys {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Keys of a new epoch; frames are sealed under them from now on. */
  async handOver(group: Group): Promise<void> {
    const baseKey = await group.export(EXPORT_LABEL, new Uint8Array(), BASE_KEY_LENGTH);
    this.#context.frames.post({
      type: 'epoch',
      epoch: Number(group.epoch),
      ownLeaf: group.ownLeaf,
      baseKey,
      leaves: group
        .roster()
        .map((member) => ({ leaf: member.leafIndex, device: deviceOf(member.signatureKey) })),
    });
  }

  /** From here on frames that their sender did not sign for are cut. */
  enforceAuthorship(): void {
    this.#context.frames.post({ type: 'authorship', enforce: true });
  }

  /** Signs what the frame worker says this device sent and tells the others. Throws ProtocolError. */
  async state(group: Group, bytes: Uint8Array): Promise<void> {
    const { identity, signaling } = this.#context;
    const checkpoint = signCheckpoint(identity.meeting.privateKey, group.groupId, bytes);
    await signaling.request('group:relay', { bytes: encodeDatagram(checkpoint), keep: true });
  }

  /** Another member's list, passed on where its own key signed it. */
  take(group: Group, sender: DeviceKey, checkpoint: Datagram & { kind: 'checkpoint' }): void {
    if (!verifyCheckpoint(fromBase64Url(sender), group.groupId, checkpoint)) return;
    this.#context.frames.post({ type: 'checkpoint', device: sender, bytes: checkpoint.bytes });
  }

  /** Erases all media keys. */
  erase(): void {
    this.#context.frames.post({ type: 'restart' });
  }
}
