import { fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { Card } from '../identity/card.ts';
import { foldName } from '../identity/pins.ts';
import { type Access, meetingKey } from '../link/access.ts';
import { sodium } from '../sodium.ts';

const TOKEN_BYTES = 16;

/**
 * How the records of one meeting name people who are barred from its series: BLAKE2b-128 under a key from the
 * meeting's secret. Members recognise whom they meet; the server can neither read the list nor compare it with that
 * of another meeting.
 */
export class Bars {
  readonly #key: Uint8Array;

  constructor(access: Omit<Access, 'invitation'>) {
    this.#key = meetingKey(access, 'bars');
  }

  /** Of a device's lasting key. */
  personToken(lasting: DeviceKey): string {
    return this.#token('key', fromBase64Url(lasting));
  }

  nameToken(name: string): string {
    return this.#token('name', utf8(foldName(name)));
  }

  /** Whether the owner of a card is kept out: barred from the series, and neither pardoned here nor given a role. */
  keepsOut(chain: Chain, device: DeviceKey, { lasting }: Pick<Card, 'lasting'>): boolean {
    if (chain.pardoned.has(device) || chain.roles.has(device)) return false;
    return chain.barred.people.has(this.personToken(lasting));
  }

  /** Whether a name is that of somebody barred. */
  marksName({ barred }: Chain, name: string): boolean {
    return barred.names.has(this.nameToken(name));
  }

  #token(kind: string, about: Uint8Array): string {
    const input = new Uint8Array([...utf8(`Sealroom 1.0 Bar ${kind}`), 0, ...about]);
    return toBase64Url(sodium().crypto_generichash(TOKEN_BYTES, input, this.#key));
  }
}
