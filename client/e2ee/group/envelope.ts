import type { PrivateMessage } from 'ts-mls';
import { decodePrivateMessage } from 'ts-mls/privateMessage.js';
import { GroupError } from './error.ts';
import { bounds } from './profile.ts';

/** What a message says about itself in clear: for routing and ordering, nothing is authenticated yet. */
export interface Envelope {
  readonly kind: 'commit' | 'message' | 'proposal';
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
}

const VERSION_MLS10 = 1;
const WIRE_FORMAT_PRIVATE_MESSAGE = 2;
const kinds = { application: 'message', commit: 'commit', proposal: 'proposal' } as const;

/** Reads the clear part of a message. Throws GroupError 'too-large', 'wrong-wire-format', 'malformed'. */
export function peek(message: Uint8Array): Envelope {
  const { groupId, epoch, contentType } = decodeEnvelope(message);
  return { kind: kinds[contentType], groupId, epoch };
}

/**
 * Decodes a PrivateMessage and nothing else: public messages, group infos and with them external
 * senders and external commits never reach the library. For this folder only. Throws GroupError.
 */
export function decodeEnvelope(message: Uint8Array): PrivateMessage {
  if (message.length > bounds.commitBytes) throw new GroupError('too-large', 'message too large');
  if (message.length < 4) throw new GroupError('malformed', 'message too short');
  const header = new DataView(message.buffer, message.byteOffset, 4);
  if (header.getUint16(0) !== VERSION_MLS10 || header.getUint16(2) !== WIRE_FORMAT_PRIVATE_MESSAGE) {
    throw new GroupError('wrong-wire-format', 'only private messages are accepted');
  }
  const decoded = decodeBody(message);
  if (decoded === undefined || decoded[1] !== message.length - 4)
    throw new GroupError('malformed', 'message');
  const [body] = decoded;
  if (body.contentType !== 'commit' && message.length > bounds.messageBytes) {
    throw new GroupError('too-large', 'message too large');
  }
  if (body.groupId.length > bounds.groupIdBytes || body.authenticatedData.length > bounds.aadBytes) {
    throw new GroupError('too-large', 'message header too large');
  }
  return body;
}

function decodeBody(message: Uint8Array): [PrivateMessage, number] | undefined {
  try {
    return decodePrivateMessage(message, 4);
  } catch (cause) {
    throw new GroupError('malformed', 'message', { cause });
  }
}
