import type { DeviceKey } from '../ids.ts';
import { openBreakout, withAssignments, withoutDevices, withTime } from './breakout.ts';
import type { Chain } from './chain.ts';
import { withInvitation, withoutInvitations, withUse } from './invitation.ts';
import type { RecordContent, Source } from './record.ts';
import { inGoodStanding, may } from './rights.ts';

/** What a record changes; null where it means nothing, such as letting in somebody who is banned. */
export function applyBody(chain: Chain, content: RecordContent): Chain | null {
  const next = applyAlone(chain, content);
  return next && withoutUnentitled(next);
}

/** No device is said to record that may not: a lost right ends its recording for good. */
function withoutUnentitled(chain: Chain): Chain {
  const entitled = [...chain.recording].filter(
    (device) => inGoodStanding(chain, device) && may(chain, device, 'record'),
  );
  return entitled.length === chain.recording.size ? chain : { ...chain, recording: new Set(entitled) };
}

function applyAlone(chain: Chain, { body, by, at }: RecordContent): Chain | null {
  switch (body.type) {
    case 'genesis':
      return null;
    case 'grant': {
      const roles = new Map(chain.roles);
      if (body.role === 'participant') roles.delete(body.device);
      else roles.set(body.device, body.role);
      return { ...chain, roles };
    }
    case 'admit': {
      if (body.devices.some((device) => chain.banned.has(device))) return null;
      const invitation = body.invitation ?? null;
      const invitations = invitation
        ? withUse(chain.invitations, invitation, body.devices, at)
        : chain.invitations;
      if (!invitations) return null;
      const admitted = new Map(chain.admitted);
      const sentBack = new Set(chain.sentBack);
      for (const device of body.devices) {
        admitted.set(device, { by, at, invitation });
        sentBack.delete(device);
      }
      return { ...chain, admitted, sentBack, invitations };
    }
    case 'sendBack':
      return {
        ...chain,
        sentBack: new Set([...chain.sentBack, ...body.devices]),
        breakout: withoutDevices(chain.breakout, body.devices),
      };
    case 'remove': {
      const admitted = new Map(chain.admitted);
      const roles = new Map(chain.roles);
      const banned = new Set(chain.banned);
      const sentBack = new Set(chain.sentBack);
      const pardoned = body.ban ? without(chain.pardoned, body.devices) : chain.pardoned;
      const banNotes = body.note === undefined ? chain.banNotes : [...chain.banNotes, body.note];
      for (const device of body.devices) {
        admitted.delete(device);
        roles.delete(device);
        sentBack.delete(device);
        if (body.ban) banned.add(device);
      }
      const spotlight = chain.spotlight.filter((device) => !body.devices.includes(device));
      const recording = new Set([...chain.recording].filter((device) => !body.devices.includes(device)));
      const breakout = withoutDevices(chain.breakout, body.devices);
      const left = { admitted, roles, banned, sentBack, spotlight, recording, pardoned, banNotes };
      return { ...chain, ...left, breakout };
    }
    case 'bar': {
      const { people, names } = chain.barred;
      const changed = (tokens: ReadonlySet<string>, some: readonly string[]) =>
        body.on ? tokens.union(new Set(some)) : tokens.difference(new Set(some));
      return {
        ...chain,
        barred: { people: changed(people, body.people), names: changed(names, body.names) },
      };
    }
    case 'invite': {
      const invitations = withInvitation(chain.invitations, body, by, at);
      return invitations && { ...chain, invitations };
    }
    case 'revoke': {
      const invitations = withoutInvitations(chain.invitations, body.invitations);
      return invitations && { ...chain, invitations };
    }
    case 'panic':
      return { ...chain, panic: body.on };
    case 'spotlight':
      return { ...chain, spotlight: body.devices };
    case 'viewOnly':
      return { ...chain, viewOnly: body.on };
    case 'recording': {
      // The host key is nobody's device.
      if ((by as string) === (chain.hostKey as string)) return null;
      const device = by as DeviceKey;
      if (chain.recording.has(device) === body.on) return null;
      const recording = new Set(chain.recording);
      if (body.on) recording.add(device);
      else recording.delete(device);
      return { ...chain, recording };
    }
    case 'breakout': {
      const breakout = openBreakout(body, by);
      return breakout && { ...chain, breakout };
    }
    case 'assign': {
      const breakout = withAssignments(chain.breakout, body);
      return breakout && { ...chain, breakout };
    }
    case 'breakoutTime': {
      const breakout = withTime(chain.breakout, body);
      return breakout && { ...chain, breakout };
    }
    case 'backup':
      return { ...chain, backup: body.sealed };
    case 'unban':
      return {
        ...chain,
        banned: without(chain.banned, body.devices),
        pardoned: new Set([...chain.pardoned, ...body.devices]),
      };
    case 'policy':
      return { ...chain, policy: body.policy };
    case 'lock':
      return { ...chain, locked: body.locked };
    case 'stop':
      return applyStop(chain, body.devices, body.sources, body.hold);
    case 'allow':
      return applyAllow(chain, body.devices, body.sources);
    case 'lobbyKey':
      return { ...chain, lobbyKey: body.lobbyKey };
    case 'end':
      return { ...chain, ended: true };
  }
}

function without(all: ReadonlySet<DeviceKey>, some: readonly DeviceKey[]): ReadonlySet<DeviceKey> {
  return new Set([...all].filter((device) => !some.includes(device)));
}

type SourceSets = ReadonlyMap<DeviceKey, ReadonlySet<Source>>;

function withSources(
  sets: SourceSets,
  device: DeviceKey,
  add: readonly Source[],
  drop: readonly Source[],
): SourceSets {
  const next = new Set(sets.get(device));
  for (const from of add) next.add(from);
  for (const from of drop) next.delete(from);
  const all = new Map(sets);
  if (next.size > 0) all.set(device, next);
  else all.delete(device);
  return all;
}

function applyStop(
  chain: Chain,
  devices: readonly DeviceKey[] | 'everyone',
  stopped: readonly Source[],
  hold: boolean,
): Chain {
  // Without a hold nothing lasts: the server stops the producers once and their owners may start again.
  if (!hold) return chain;
  if (devices === 'everyone') {
    let freed: SourceSets = chain.freed;
    for (const device of chain.freed.keys()) freed = withSources(freed, device, [], stopped);
    return { ...chain, heldForAll: new Set([...chain.heldForAll, ...stopped]), freed };
  }
  let { held, freed } = chain;
  for (const device of devices) {
    held = withSources(held, device, stopped, []);
    freed = withSources(freed, device, [], stopped);
  }
  return { ...chain, held, freed };
}

function applyAllow(
  chain: Chain,
  devices: readonly DeviceKey[] | 'everyone',
  allowed: readonly Source[],
): Chain {
  if (devices === 'everyone') {
    let held: SourceSets = chain.held;
    for (const device of chain.held.keys()) held = withSources(held, device, [], allowed);
    return {
      ...chain,
      held,
      heldForAll: new Set([...chain.heldForAll].filter((from) => !allowed.includes(from))),
    };
  }
  let { held, freed } = chain;
  for (const device of devices) {
    held = withSources(held, device, [], allowed);
    freed = withSources(freed, device, allowed, []);
  }
  return { ...chain, held, freed };
}
