import { equalBytes, toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { sealAside } from '../../e2ee/aside.ts';
import { encodeDatagram } from '../../e2ee/authorship/datagram.ts';
import { type Aside, type Content, encodeContent, type Heard } from '../../e2ee/content.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { CoreContext } from './context.ts';
import { groupIdOf, memberOf } from './groupNames.ts';

/** Where the group is held that this device speaks in. */
export interface GroupSeat {
  /** Null outside. Sending makes it another one. */
  group: Group | null;
}

const ECHOES_KEPT = 100;
const ASIDE_TRIES = 5;

/** What this device says inside the group, encrypted and sent one after the other. */
export class Outbox {
  readonly #context: CoreContext;
  readonly #seat: GroupSeat;
  /** Own messages that count when the stream brings them, and their bytes to know them by. */
  #echoes: readonly { readonly bytes: Uint8Array; readonly content: Heard }[] = [];

  constructor(context: CoreContext, seat: GroupSeat) {
    this.#context = context;
    this.#seat = seat;
  }

  /** Sends in order. Resolves when the server has placed it. Throws ProtocolError. */
  async send(content: Content): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { group, message } = await this.#encrypt(content);
      // Not awaited inside: the next message may be encrypted while this one travels.
      return { placed: this.#place(group, message) };
    });
    await sent.placed;
  }

  /**
   * Like `send`, of what must happen in the same order on every device: it is heard here as well, when
   * the stream brings it back. Throws ProtocolError.
   */
  async sendInOrder(content: Heard): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { group, message: bytes } = await this.#encrypt(content);
      this.#echoes = [...this.#echoes, { bytes, content }].slice(-ECHOES_KEPT);
      return { placed: this.#place(group, bytes) };
    });
    await sent.placed;
  }

  /**
   * Says something to some members only. It is sealed for one epoch: where that was over before the
   * server placed the message, it is said again, and those who had opened it know it by its id.
   * Throws ProtocolError.
   */
  async sendAside(to: readonly DeviceKey[], said: Aside): Promise<void> {
    for (let tries = 0; tries < ASIDE_TRIES; tries++) {
      const sent = await this.#context.serial.run(async () => {
        const { group: before } = this.#seat;
        const leaves = before ? to.flatMap((device) => memberOf(before, device)?.leafIndex ?? []) : [];
        if (!before || leaves.length === 0) throw new ProtocolError('not-admitted');
        const { group, message } = await this.#encrypt(await sealAside(before, leaves, said));
        return { placed: this.#place(group, message), epoch: group.epoch };
      });
      await sent.placed;
      // Commits before the message have been taken by now: they came in before the answer.
      const epoch = await this.#context.serial.run(async () => this.#seat.group?.epoch);
      if (epoch === sent.epoch) return;
    }
    throw new ProtocolError('unavailable');
  }

  /** Sends a small secret that only one member can open. Throws ProtocolError. */
  async sendSecret(to: DeviceKey, secret: Uint8Array): Promise<void> {
    const sealed = await this.#context.serial.run(async () => {
      const { group } = this.#seat;
      const member = group && memberOf(group, to);
      if (!member) throw new ProtocolError('not-admitted');
      return group.sealTo(member.leafIndex, secret);
    });
    await this.send({ type: 'lobbyKey', to, sealed: toBase64Url(sealed) });
  }

  /** Sends without order or retention, to everyone. Losing it does no harm. Throws ProtocolError. */
  async relay(content: Content): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { message } = await this.#encrypt(content);
      const bytes = encodeDatagram({ kind: 'sealed', message });
      return { relayed: this.#context.signaling.request('group:relay', { bytes }) };
    });
    await sent.relayed;
  }

  /** What an own message from the stream says, where it counts here too; once. */
  takeEcho(bytes: Uint8Array): Heard | null {
    const echo = this.#echoes.find((each) => equalBytes(each.bytes, bytes));
    if (!echo) return null;
    this.#echoes = this.#echoes.filter((each) => each !== echo);
    return echo.content;
  }

  /** Forgets what was sent, with the group it was sent in. */
  clear(): void {
    this.#echoes = [];
  }

  #place(group: Group, bytes: Uint8Array): Promise<unknown> {
    return this.#context.signaling.request('group:send', { groupId: groupIdOf(group), bytes });
  }

  async #encrypt(content: Content): Promise<{ group: Group; message: Uint8Array }> {
    if (!this.#seat.group) throw new ProtocolError('not-admitted');
    const { next, message } = await this.#seat.group.send(encodeContent(content));
    this.#seat.group = next;
    return { group: next, message };
  }
}
