import { ProtocolError } from '../../../shared/errors.ts';
import { roleOf } from '../../../shared/records/rights.ts';
import {
  hostKeyPair,
  loadHostSecrets,
  saveHostSecrets,
  saveLobbySeed,
} from '../../e2ee/records/hostSecrets.ts';
import {
  newRecoveryCode,
  openBackup,
  parseRecoveryCode,
  sealBackup,
} from '../../e2ee/records/recoveryCode.ts';
import type { CoreContext } from './context.ts';

/** Gets the host's keys onto another device by a code on paper; the backup rests sealed in the records. */
export class Recovery {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Looks whether this device holds the host's keys. */
  async load(): Promise<void> {
    const { keyStore, link, store } = this.#context;
    store.set({ holdsHostKey: (await loadHostSecrets(keyStore, link.meeting)) !== null });
  }

  /** Makes a code and stores the host's keys under it; an older code stops working. Throws ProtocolError. */
  async makeCode(): Promise<void> {
    const { keyStore, link, records, store } = this.#context;
    const secrets = await loadHostSecrets(keyStore, link.meeting);
    if (!secrets) throw new ProtocolError('forbidden');
    const code = newRecoveryCode();
    const host = hostKeyPair(secrets);
    const sealed = sealBackup(code, link.meeting, secrets);
    await records.append({ by: host.key, pair: host }, { type: 'backup', sealed });
    // Shown once it can be relied on.
    store.set({ recoveryCode: code });
  }

  /** The person has written it down. */
  dismissCode(): void {
    this.#context.store.set({ recoveryCode: null });
  }

  /** Makes this device a host. Throws ProtocolError: `bad-code` where it is not the newest code of this meeting. */
  async recover(typed: string): Promise<void> {
    const { identity, keyStore, link, records } = this.#context;
    const code = parseRecoveryCode(typed);
    const { backup } = records.chain;
    const secrets = code && backup ? openBackup(code, link.meeting, backup) : null;
    if (!secrets) throw new ProtocolError('bad-code');
    const host = hostKeyPair(secrets);
    if (host.key !== records.chain.hostKey) throw new ProtocolError('bad-code');
    await saveHostSecrets(keyStore, link.meeting, secrets);
    await saveLobbySeed(keyStore, link.meeting, secrets.lobbySeed);
    await this.load();
    const grant = { type: 'grant', device: identity.key, role: 'host' } as const;
    await records.append(
      { by: host.key, pair: host },
      grant,
      (chain) => roleOf(chain, identity.key) !== 'host',
    );
  }
}
