import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { extendChain } from '../../shared/records/chain.ts';
import type { RecordBody, SignedRecord } from '../../shared/records/record.ts';
import { isStaff } from '../../shared/records/rights.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { codeOf } from './found.ts';
import { refuse } from './lobby.ts';
import type { Turn } from './turn.ts';

/**
 * Appends a signed record and enforces it. The signature decides about the right; besides, somebody
 * outside may only bring records of the host key or of hosts and co-hosts, so that strangers with a
 * link to an open meeting cannot fill its chain.
 */
export function append(turn: Turn, command: CommandOf<'append'>): ValueOf<'append'> {
  turn.requireIdentified(command);
  const { record } = command.request;
  const { chain, records, members, group } = turn.state;
  if (chain.length >= turn.around.rules.records) throw new ProtocolError('full');
  const result = extendChain(chain, record, turn.around.crypto);
  if (!result.ok) throw new ProtocolError(codeOf(result.refusal));
  const { content } = result;
  const byHostKey = (content.by as string) === (chain.hostKey as string);
  // Past the comparison above the signer is a device.
  if (!byHostKey && !members.has(command.device) && !isStaff(chain, content.by as DeviceKey)) {
    throw new ProtocolError('not-admitted');
  }
  const kept = { bytes: Uint8Array.from(record.bytes), signature: Uint8Array.from(record.signature) };
  turn.effects.push({
    type: 'persist',
    record: kept,
    hash: result.chain.head,
    prev: chain.head,
    seq: content.seq,
    ended: result.chain.ended,
  });
  turn.set({ chain: result.chain, records: [...records, kept] });
  if (group) turn.enter(group, { kind: 'record', record: kept });
  enforce(turn, content.body);
  return { seq: content.seq };
}

/** Records from a position on, as many as fit one page. */
export function list(turn: Turn, command: CommandOf<'list'>): ValueOf<'list'> {
  turn.requireIdentified(command);
  const { page } = turn.around.rules;
  const listed: SignedRecord[] = [];
  let bytes = 0;
  for (const record of turn.state.records.slice(command.request.from)) {
    bytes += record.bytes.length + record.signature.length;
    if (listed.length > 0 && (listed.length >= page.entries || bytes > page.bytes)) {
      return { records: listed, complete: false };
    }
    listed.push(record);
  }
  return { records: listed, complete: true };
}

function enforce(turn: Turn, body: RecordBody): void {
  switch (body.type) {
    case 'remove':
      for (const device of body.devices) putOut(turn, device, body.ban);
      return;
    case 'sendBack':
      for (const device of body.devices) putBack(turn, device);
      return;
    case 'stop':
      // A hold changes what devices may send, which is enforced for every record alike.
      if (!body.hold) stopOnce(turn, body);
      return;
    case 'end':
      endForAll(turn);
      return;
    default:
      return;
  }
}

function putOut(turn: Turn, device: DeviceKey, ban: boolean): void {
  refuse(turn, device, ban);
  if (!turn.state.members.has(device)) return;
  turn.endGrace(device);
  turn.depart(device);
  turn.close(device, ban ? 'banned' : 'removed');
}

/** Out of the group, but still at the door, where it may knock. */
function putBack(turn: Turn, device: DeviceKey): void {
  if (!turn.state.members.has(device)) return;
  turn.endGrace(device);
  turn.depart(device);
}

function stopOnce(turn: Turn, body: Extract<RecordBody, { type: 'stop' }>): void {
  const { chain, members } = turn.state;
  for (const device of members.keys()) {
    const meant = body.devices === 'everyone' ? !isStaff(chain, device) : body.devices.includes(device);
    if (meant) turn.effects.push({ type: 'stopSources', device, sources: body.sources });
  }
}

function endForAll(turn: Turn): void {
  turn.endGroup();
  turn.set({ knocks: new Map() });
  for (const device of turn.state.away.keys()) turn.endGrace(device);
  const sessions = [...turn.state.sessions.values()];
  turn.set({ sessions: new Map() });
  for (const session of sessions) turn.effects.push({ type: 'close', session, reason: 'ended' });
}
