import { pause } from '../../support/until.ts';
import type { LightRoom } from './lightRoom.ts';

/** What one event costs in messages to clients. */
export interface EventCost {
  readonly event: 'join' | 'leave' | 'mute' | 'pulse';
  readonly members: number;
  /** To all clients together. */
  readonly messages: number;
  readonly bytes: number;
  /** To the member that got most, whoever the event is about left out. */
  readonly mostMessages: number;
  readonly mostBytes: number;
  /** To whoever the event is about. */
  readonly ownMessages: number;
  readonly ownBytes: number;
}

/** So long nothing comes once all that follows from an event has come. */
const QUIET_MS = 250;

async function count(
  event: EventCost['event'],
  room: LightRoom,
  happens: () => Promise<{ received(): { messages: number; bytes: number } } | null>,
): Promise<EventCost> {
  await pause(QUIET_MS);
  for (const member of room.members) member.received();
  const before = new Set(room.members);
  const about = await happens();
  await pause(QUIET_MS);
  const others = [...before].filter((member) => member !== about);
  const received = others.map((member) => member.received());
  const own = about?.received() ?? { messages: 0, bytes: 0 };
  return {
    event,
    members: room.members.length,
    messages: own.messages + received.reduce((sum, { messages }) => sum + messages, 0),
    bytes: own.bytes + received.reduce((sum, { bytes }) => sum + bytes, 0),
    mostMessages: Math.max(...received.map(({ messages }) => messages)),
    mostBytes: Math.max(...received.map(({ bytes }) => bytes)),
    ownMessages: own.messages,
    ownBytes: own.bytes,
  };
}

/** Counts what a join, a leave, a mute and a pulse cost in a meeting of this size. */
export async function countMessages(room: LightRoom): Promise<EventCost[]> {
  const { host } = room;
  const producerId = await room.speak(host);
  const join = await count('join', room, async () => (await room.join(1))[0] ?? null);
  const leave = await count('leave', room, async () => {
    await room.leave(1);
    return null;
  });
  const mute = await count('mute', room, async () => {
    await host.ask('media:setProducer', { producerId, state: 'paused' });
    return host;
  });
  const pulse = await count('pulse', room, async () => {
    await room.pulse(host);
    return host;
  });
  return [join, leave, mute, pulse];
}
