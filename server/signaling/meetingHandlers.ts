import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { knockId } from '../../shared/ids.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { decodeRecord } from '../../shared/records/record.ts';
import type { Handlers } from './handler.ts';
import { provesDevice } from './identify.ts';

type MeetingRequest = Exclude<RequestName, `media:${string}` | `blob:${string}`>;

/** Requests about people and the group: each is one command to the meeting. */
export const meetingHandlers: Handlers<MeetingRequest> = {
  async 'session:identify'({ runtime, claim, nonce }, { device, signature }, answer) {
    if (!provesDevice(signature, device, runtime.meeting, nonce)) throw new ProtocolError('bad-signature');
    return runtime.submit({ type: 'identify', ...claim(device) }, answer);
  },
  async 'session:leave'({ runtime, caller }, _request, answer) {
    return runtime.submit({ type: 'leave', ...caller() }, answer);
  },
  async 'lobby:knock'({ runtime, caller, takeKnock }, request, answer) {
    takeKnock(request.invitation);
    const id = knockId.parse(toBase64Url(randomBytes(16)));
    return runtime.submit({ type: 'knock', ...caller(), knockId: id, request }, answer);
  },
  async 'lobby:withdraw'({ runtime, caller }, _request, answer) {
    return runtime.submit({ type: 'withdraw', ...caller() }, answer);
  },
  async 'lobby:deny'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'deny', ...caller(), request }, answer);
  },
  async 'lobby:tell'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'tell', ...caller(), request }, answer);
  },
  async 'group:found'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'found', ...caller(), request }, answer);
  },
  async 'group:commit'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'commit', ...caller(), request }, answer);
  },
  async 'group:refuse'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'refuse', ...caller(), request }, answer);
  },
  async 'group:send'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'message', ...caller(), request }, answer);
  },
  async 'group:relay'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'relay', ...caller(), request }, answer);
  },
  async 'stream:sync'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'sync', ...caller(), request }, answer);
  },
  async 'record:append'({ runtime, caller, checkRules, recording, place }, request, answer) {
    const body = decodeRecord(request.record)?.body;
    if (body?.type === 'policy') checkRules(body.policy);
    // Hosts have every right by the rules of any meeting, so that no rules keep them from this.
    if (body?.type === 'recording' && body.on && !recording) throw new ProtocolError('not-allowed-here');
    // Media would pass a server that the new rules forbid.
    if (body?.type === 'policy' && !place.isFor(body.policy)) throw new ProtocolError('region-unavailable');
    return runtime.submit({ type: 'append', ...caller(), request }, answer);
  },
  async 'breakout:found'({ runtime, caller, foundRoom }, { records }, answer) {
    if (!runtime.runsBreakouts(caller().device)) throw new ProtocolError('forbidden');
    await foundRoom(records);
    return answer({});
  },
  async 'record:list'({ runtime, caller }, request, answer) {
    return runtime.submit({ type: 'list', ...caller(), request }, answer);
  },
};
