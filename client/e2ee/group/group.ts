import type { ClientState } from 'ts-mls';
import { addHistoricalReceiverData } from 'ts-mls/clientState.js';
import { createApplicationMessage } from 'ts-mls/createMessage.js';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { encodeMlsMessage } from 'ts-mls/message.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { equalBytes } from '../../../shared/bytes.ts';
import { wipe } from '../sodium.ts';
import { type CommitRequest, makeCommit } from './commit.ts';
import { openFromMember, sealToMember } from './directed.ts';
import { GroupError } from './error.ts';
import { paddingFor } from './padding.ts';
import { PendingCommit } from './pendingCommit.ts';
import type { CommitDescription } from './policy.ts';
import { bounds, clientConfig, contextOf } from './profile.ts';
import { type ReceiveOptions, receiveMessage } from './receive.ts';
import { refusing } from './refusal.ts';
import { type Member, memberAt, rosterOf } from './roster.ts';
import { safetyNumberOf } from './safetyNumber.ts';
import { forgetful, type GroupState, retire } from './state.ts';
import type { GroupSuite } from './suite.ts';

/** What a received message turned out to be. `next` replaces the group it was received on. */
export type Received =
  | {
      readonly kind: 'commit';
      readonly next: Group;
      readonly commit: CommitDescription;
      /** As the tree now has them, with their leaves. */
      readonly added: readonly Member[];
      readonly removed: readonly Member[];
    }
  | {
      readonly kind: 'message';
      readonly next: Group;
      readonly sender: Member;
      readonly plaintext: Uint8Array;
      readonly aad: Uint8Array;
      /** The epoch it was sent in: the current one or one of the two before. */
      readonly epoch: bigint;
    }
  /** This device has been removed; the group is closed. */
  | { readonly kind: 'removed'; readonly commit: CommitDescription };

/**
 * One device's view of an MLS group (RFC 9420) at one moment. It never changes: sending, receiving and
 * committing give a successor, and the object they were called on is then spent, so that no key is
 * used twice. One operation at a time; a second one is refused with 'busy'.
 */
export class Group {
  readonly #state: GroupState;
  #waiting: ClientState;
  #phase: 'idle' | 'busy' | 'spent' = 'idle';

  /** For this folder only: use `foundGroup` or `joinGroup`. */
  constructor(state: GroupState) {
    this.#state = state;
    this.#waiting = state.mls;
  }

  get suite(): GroupSuite {
    return this.#state.suite;
  }
  get groupId(): Uint8Array {
    return Uint8Array.from(this.#state.mls.groupContext.groupId);
  }
  get epoch(): bigint {
    return this.#state.mls.groupContext.epoch;
  }
  /** The meeting's parameters as the founder fixed them. */
  get context(): Uint8Array {
    return Uint8Array.from(contextOf(this.#state.mls.groupContext.extensions));
  }
  /** This device's leaf index. */
  get ownLeaf(): number {
    return this.#state.mls.privatePath.leafIndex;
  }
  /** The ratchet tree's size in a welcome, bytes. */
  get treeBytes(): number {
    return encodeRatchetTree(this.#state.mls.ratchetTree).length;
  }

  /** The members, in the order of their leaves. */
  roster(): readonly Member[] {
    return rosterOf(this.#state.mls.ratchetTree);
  }

  /** The member at a leaf, or undefined. */
  member(leafIndex: number): Member | undefined {
    return memberAt(this.#state.mls.ratchetTree, leafIndex);
  }

  /** Thirty digits, equal at all members of this epoch. Throws GroupError('spent'). */
  safetyNumber(): string {
    return safetyNumberOf(this.#live().keySchedule.epochAuthenticator);
  }

  /** The epoch authenticator (RFC 9420 section 8.7), 64 bytes; for heartbeats. Throws 'spent'. */
  epochAuthenticator(): Uint8Array {
    return Uint8Array.from(this.#live().keySchedule.epochAuthenticator);
  }

  /** MLS-Exporter (RFC 9420 section 8.5), `length` bytes. Throws GroupError('spent'). */
  async export(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return mlsExporter(this.#live().keySchedule.exporterSecret, label, context, length, this.#state.cs);
  }

  /** Seals a small secret to the member at a leaf, for this epoch. Throws GroupError('bad-index', 'spent'). */
  sealTo(leafIndex: number, secret: Uint8Array): Promise<Uint8Array> {
    return sealToMember({ ...this.#state, mls: this.#live() }, leafIndex, secret);
  }

  /** Opens what the member at a leaf sealed to this device in this epoch. Throws GroupError. */
  openFrom(leafIndex: number, sealed: Uint8Array): Promise<Uint8Array> {
    return openFromMember({ ...this.#state, mls: this.#live() }, leafIndex, sealed);
  }

  /**
   * Encrypts and signs an application message of up to 65,466 bytes, padded to a power of two. `aad`
   * (up to 1 KiB) is authenticated and NOT encrypted. Throws GroupError 'too-large', 'spent', 'busy'.
   */
  send(
    plaintext: Uint8Array,
    aad: Uint8Array = new Uint8Array(),
  ): Promise<{ next: Group; message: Uint8Array }> {
    return this.#exclusively(async () => {
      if (plaintext.length > bounds.plaintextBytes || aad.length > bounds.aadBytes) {
        throw new GroupError('too-large', 'message too large');
      }
      const padded = {
        ...this.#waiting,
        clientConfig: { ...clientConfig, paddingConfig: paddingFor(plaintext.length) },
      };
      const sent = await refusing('message', () =>
        createApplicationMessage(padded, plaintext, this.#state.cs, aad),
      );
      const { privateMessage } = sent;
      const message = encodeMlsMessage({
        version: 'mls10',
        wireformat: 'mls_private_message',
        privateMessage,
      });
      const next = this.#succeed({ ...sent.newState, clientConfig });
      wipe(...sent.consumed);
      return { next, message };
    });
  }

  /**
   * Opens one message from the delivery service. A commit is applied only where it passes the guard and
   * `policy` accepts it. Throws GroupError; this group then stays as it is and usable.
   */
  receive(message: Uint8Array, options: ReceiveOptions): Promise<Received> {
    return this.#exclusively(async () => {
      const outcome = await receiveMessage({ ...this.#state, mls: this.#waiting }, message, options);
      if (outcome.kind === 'removed') {
        this.close();
        return outcome;
      }
      const { mls, consumed, ...received } = outcome;
      const previous = this.#waiting;
      const next = this.#succeed(mls);
      wipe(...consumed);
      if (outcome.kind === 'commit') retire(previous, mls);
      // The spread loses which kind goes with which fields; both come from one outcome.
      return { ...received, next } as Received;
    });
  }

  /**
   * Prepares a commit. This group stays the current one until the delivery service has accepted the
   * commit and `PendingCommit.accept` is called. Throws GroupError.
   */
  commit(request: CommitRequest): Promise<PendingCommit> {
    return this.#exclusively(async () => {
      const made = await makeCommit({ ...this.#state, mls: this.#waiting }, request);
      // Closed meanwhile: what was made may rest on keys that are zeros by now.
      const origin = this.#live();
      this.#waiting = made.waiting;
      return new PendingCommit(
        made,
        (current) => current.#adopt(made.next, origin, made.consumed),
        () => retire(made.next, origin),
      );
    });
  }

  /** The same group without the keys of past epochs: their late messages can no longer be opened. */
  forgetPastEpochs(): Group {
    const previous = this.#idle();
    const mls = forgetful(previous);
    const next = this.#succeed(mls);
    retire(previous, mls);
    return next;
  }

  /** Overwrites all keys. Idempotent. A group that has a successor leaves the keys to it. */
  close(): void {
    if (this.#phase === 'spent') return;
    this.#phase = 'spent';
    retire(this.#waiting);
  }

  /** Moves to the state after an accepted own commit, with the message keys as they are by now. */
  #adopt(made: ClientState, origin: ClientState, consumed: readonly Uint8Array[]): Group {
    const current = this.#idle();
    if (!equalBytes(current.confirmationTag, origin.confirmationTag)) {
      throw new GroupError('bad-argument', 'the commit was made for another epoch');
    }
    const [historicalReceiverData] = addHistoricalReceiverData(current);
    const mls = { ...made, historicalReceiverData };
    const next = this.#succeed(mls);
    wipe(...consumed);
    retire(current, mls);
    return next;
  }

  #live(): ClientState {
    if (this.#phase === 'spent') throw new GroupError('spent', 'this group has a successor or is closed');
    return this.#waiting;
  }

  #idle(): ClientState {
    const state = this.#live();
    if (this.#phase === 'busy') throw new GroupError('busy', 'one operation at a time');
    return state;
  }

  #succeed(mls: ClientState): Group {
    // Closed while the operation ran: its result may rest on keys that are zeros by now.
    this.#live();
    this.#phase = 'spent';
    return new Group({ ...this.#state, mls });
  }

  async #exclusively<T>(run: () => Promise<T>): Promise<T> {
    this.#idle();
    this.#phase = 'busy';
    try {
      return await run();
    } finally {
      if (this.#phase === 'busy') this.#phase = 'idle';
    }
  }
}
