import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, type GroupId, groupId, type KnockId } from '../../../shared/ids.ts';
import type { RequestOf } from '../../../shared/protocol/requests.ts';
import { extendChain } from '../../../shared/records/chain.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import type { Policy } from '../../../shared/roles.ts';
import { foundRequest, signedKnock } from '../../support/invitation.ts';
import { accepted, crypto, type Script, type Signer, signNext } from '../../unit/records/signing.ts';
import type { Person } from './client.ts';
import type { Site } from './site.ts';

export const newGroupId = (): GroupId => groupId.parse(toBase64Url(randomBytes(16)));
export const bytes = (length: number) => new Uint8Array(randomBytes(length));

/** A knock by the meeting's plain link. */
export const knockRequest = (
  { script }: { readonly script: Script },
  { device }: { readonly device: DeviceKey },
  kind: 'lobby' | 'return' = 'lobby',
  sealed = bytes(3_000),
): RequestOf<'lobby:knock'> =>
  signedKnock(script.invitation, device, { kind, keyPackageRef: bytes(64), sealed });

/** Where meetings are made and people connect. */
export type MeetingPlace = Pick<Site, 'meeting' | 'connect'>;

/** A meeting with a host in it, on real sockets. */
export class Gathering {
  readonly site: MeetingPlace;
  readonly script: Script;
  readonly host: Person;
  readonly groupId: GroupId;
  epoch = 0;

  private constructor(site: MeetingPlace, script: Script, host: Person, group: GroupId) {
    this.site = site;
    this.script = script;
    this.host = host;
    this.groupId = group;
  }

  get meeting() {
    return this.script.chain.meeting;
  }

  static async open(site: MeetingPlace, policy?: Policy): Promise<Gathering> {
    const script = await site.meeting(policy);
    const { meeting } = script.chain;
    const host = await site.connect(meeting).identify(meeting);
    const group = newGroupId();
    const gathering = new Gathering(site, script, host, group);
    await gathering.append(script.host, { type: 'grant', device: host.device, role: 'host' });
    await host.client.ask('group:found', foundRequest(script.invitation, host.device, group));
    return gathering;
  }

  /** A device at the door. */
  arrive(signer?: Signer): Promise<Person> {
    return this.site.connect(this.meeting).identify(this.meeting, signer);
  }

  /** Signs and appends a record, over the host's socket unless told otherwise. */
  async append(signer: Signer, body: RecordBody, via: Person = this.host) {
    const record = signNext(this.script.chain, signer, body);
    const answer = await via.client.ask('record:append', { record });
    this.script.chain = accepted(extendChain(this.script.chain, record, crypto));
    return answer;
  }

  commit(person: Person, admitted: readonly KnockId[] = [], removed: readonly Person['device'][] = []) {
    const welcome = admitted.length > 0 ? { welcome: bytes(500) } : {};
    const { groupId: id, epoch } = this;
    this.epoch += 1;
    return person.client.ask('group:commit', {
      groupId: id,
      epoch,
      commit: bytes(300),
      admitted: [...admitted],
      removed: [...removed],
      ...welcome,
    });
  }

  /** A member, let in by the host. */
  async join(signer?: Signer): Promise<Person> {
    const person = await this.arrive(signer);
    const { knockId } = await person.client.ask('lobby:knock', knockRequest(this, person));
    await this.append(this.host.signer, { type: 'admit', devices: [person.device] });
    await this.commit(this.host, [knockId]);
    await person.client.until('lobby:welcome');
    return person;
  }
}
