import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import type { MediaRoom } from '../media/mediaRoom.ts';
import type { Context, Handlers } from './handler.ts';

type MediaRequest = Extract<RequestName, `media:${string}`>;

/**
 * Runs one request against the meeting's media. A membership that ended (or began anew) while the
 * engine was at work refuses the request; `undo` takes back what it made meanwhile.
 */
async function inRoom<Value>(
  { runtime, caller }: Context,
  use: (room: MediaRoom, device: DeviceKey) => Promise<Value> | Value,
  undo?: (room: MediaRoom, device: DeviceKey, value: Value) => Promise<void>,
): Promise<Value> {
  const asked = caller();
  const stay = runtime.stayOf(asked.device);
  const isStill = () => runtime.stageOf(asked) === 'member' && runtime.stayOf(asked.device) === stay;
  const room = await runtime.room();
  if (!isStill()) throw new ProtocolError('not-admitted');
  const value = await use(room, asked.device);
  if (isStill()) return value;
  // A lost connection within its grace keeps its media.
  if (runtime.stayOf(asked.device) !== stay) await undo?.(room, asked.device, value);
  throw new ProtocolError('not-admitted');
}

/** Requests about streams: for members only, and sending only where the records allow the source. */
export const mediaHandlers: Handlers<MediaRequest> = {
  async 'media:probe'(context, _request, answer) {
    return answer(await context.probe());
  },
  async 'media:capabilities'(context, _request, answer) {
    return answer({ rtpCapabilities: await inRoom(context, (room) => room.rtpCapabilities()) });
  },
  async 'media:createTransport'(context, { direction }, answer) {
    context.runtime.knowsOfReset(context.caller().device);
    const made = await inRoom(
      context,
      (room, device) => room.createTransport(device, direction, context.near),
      (room, device, { id }) => room.closeTransport(device, id),
    );
    return answer(made);
  },
  async 'media:connectTransport'(context, { transportId, dtlsParameters }, answer) {
    await inRoom(context, (room, device) => room.connectTransport(device, transportId, dtlsParameters));
    return answer({});
  },
  async 'media:restartIce'(context, { transportId }, answer) {
    return answer(await inRoom(context, (room, device) => room.restartIce(device, transportId)));
  },
  async 'media:closeTransport'(context, { transportId }, answer) {
    await inRoom(context, (room, device) => room.closeTransport(device, transportId));
    return answer({});
  },
  async 'media:produce'(context, request, answer) {
    const { runtime } = context;
    const mayStill = (device: DeviceKey) => {
      if (!runtime.maySend(device, request.source)) throw new ProtocolError('forbidden');
    };
    const made = await inRoom(context, async (room, device) => {
      mayStill(device);
      const paused = request.paused || runtime.beginsSilent(device, request.source);
      const standing = { always: runtime.may(device, 'moderate'), stage: runtime.hasStage };
      const produced = await room.produce(device, { ...request, paused }, standing);
      // A record may have stopped the source while the engine was at work.
      if (!runtime.maySend(device, request.source)) room.stopSources(device, [request.source]);
      mayStill(device);
      return produced;
    });
    return answer(made);
  },
  async 'media:setProducer'(context, { producerId, state }, answer) {
    const { runtime } = context;
    await inRoom(context, async (room, device) => {
      const own = room.producers().find((offered) => offered.producerId === producerId);
      if (own?.device !== device) throw new ProtocolError('not-found');
      if (state === 'live' && !runtime.maySend(device, own.source)) throw new ProtocolError('forbidden');
      await room.setProducer(device, producerId, state, runtime.may(device, 'moderate'));
    });
    return answer({});
  },
  async 'media:consume'(context, request, answer) {
    return answer(await inRoom(context, (room, device) => room.consume(device, request)));
  },
  async 'media:setConsumers'(context, { wishes }, answer) {
    await inRoom(context, (room, device) => room.setConsumers(device, wishes));
    return answer({});
  },
  async 'media:closeConsumer'(context, { consumerId }, answer) {
    await inRoom(context, (room, device) => room.closeConsumer(device, consumerId));
    return answer({});
  },
  async 'media:requestKeyFrame'(context, { consumerId }, answer) {
    await inRoom(context, (room, device) => room.requestKeyFrame(device, consumerId));
    return answer({});
  },
  async 'media:producers'(context, _request, answer) {
    return answer({ producers: await inRoom(context, (room) => room.producers()) });
  },
};
