import { nextDuty } from '../../../client/meeting/breakout/duties.ts';
import { roomPolicy } from '../../../client/meeting/breakout/roomPolicy.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import { type Chain, extendChain } from '../../../shared/records/chain.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { newInvitation } from '../../support/invitation.ts';
import { crypto, newMeetingId, newSigner, Script, type Signer, signNext } from '../records/signing.ts';

export interface Rooms {
  readonly main: Script;
  readonly rooms: readonly { readonly id: MeetingId; readonly script: Script }[];
  readonly host: Signer;
  readonly cohost: Signer;
  readonly people: readonly Signer[];
}

/** A meeting with host, co-host and people, who are let in, and rooms opened by the host. */
export function openRooms(people: number, count: number, entry: 'assigned' | 'choice' = 'assigned'): Rooms {
  const main = new Script(presetPolicy('moderated'));
  const [host, cohost] = [newSigner(), newSigner()];
  main.add(main.host, { type: 'grant', device: host.device, role: 'host' });
  main.add(host, { type: 'grant', device: cohost.device, role: 'cohost' });
  const guests = Array.from({ length: people }, newSigner);
  main.add(host, { type: 'admit', devices: guests.map(({ device }) => device) });
  const founder = newSigner();
  const policy = roomPolicy(main.chain.policy, { entry, teamwork: false, label: null });
  const rooms = Array.from({ length: count }, () => {
    const id = newMeetingId();
    const script = new Script(policy, founder, id);
    script.add(founder, { type: 'grant', device: host.device, role: 'host' });
    return { id, script };
  });
  main.add(host, {
    type: 'breakout',
    hostKey: founder.host,
    rooms: rooms.map(({ id }) => ({ meeting: id, invitation: newInvitation(id).keys.key })),
    entry,
    mayReturn: true,
    until: null,
    names: 'N'.repeat(60),
  });
  return { main, rooms, host, cohost, people: guests };
}

export interface Look {
  readonly main: Chain;
  readonly over?: boolean;
  readonly expelled?: readonly DeviceKey[];
}

/** One step of a steward who sees the main meeting as `look` has it; false where it sees nothing to do. */
export function step(room: Rooms['rooms'][number], steward: Signer, look: Look): boolean {
  const { script, id } = room;
  const wanted = { room: id, over: false, expected: [], expelled: [], ...look };
  const body = nextDuty(script.chain, wanted);
  if (!body) return false;
  const result = extendChain(script.chain, signNext(script.chain, steward, body), crypto);
  if (!result.ok) throw new Error(`${body.type}: ${result.refusal}`);
  script.add(steward, body);
  return true;
}

/** Does all there is to do. Throws where that does not come to an end. */
export function align({ rooms }: Pick<Rooms, 'rooms'>, steward: Signer, look: Look): void {
  for (const room of rooms) {
    for (let done = 0; step(room, steward, look); done++) {
      if (done > 100) throw new Error('without end');
    }
  }
}
