import { type Failure, ProtocolError } from '../../shared/errors.ts';
import {
  type RequestName,
  type RequestOf,
  type ResponseOf,
  requests,
  type Stage,
} from '../../shared/protocol/requests.ts';
import type { Result } from '../../shared/protocol/socket.ts';
import { isDiskFull } from '../store/databaseError.ts';
import { blobHandlers } from './blobHandlers.ts';
import type { Answered, Context, Handlers } from './handler.ts';
import { mediaHandlers } from './mediaHandlers.ts';
import { meetingHandlers } from './meetingHandlers.ts';

const handlers: Handlers = { ...meetingHandlers, ...mediaHandlers, ...blobHandlers };

const STEP: Record<Stage, number> = { connected: 0, identified: 1, member: 2 };

/** Whether the protocol has a request of this name. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

/** Throws the refusal for a request that comes before its stage. */
function requireStage(name: RequestName, reached: Stage): void {
  const needed = requests[name].stage;
  if (STEP[reached] >= STEP[needed]) return;
  throw new ProtocolError(reached === 'connected' ? 'not-identified' : 'not-admitted');
}

/**
 * Takes one request from anybody: checks its form, its stage, and hands it to its handler.
 * `acknowledge` is called exactly once unless this rejects; it rejects with ProtocolError or, for a
 * defect, with anything.
 */
export async function dispatch<Name extends RequestName>(
  name: Name,
  body: unknown,
  stage: () => Stage,
  context: Context,
  acknowledge: (result: Result<ResponseOf<Name>>) => void,
): Promise<void> {
  requireStage(name, stage());
  const parsed = requests[name].request.safeParse(body);
  if (!parsed.success) throw new ProtocolError('bad-request');
  context.count(name, parsed.data);
  let done = false;
  const answer = (value: ResponseOf<Name>): Answered => {
    if (done) throw new Error('a request is answered once');
    done = true;
    acknowledge({ ok: true, value });
    // The token exists in types only.
    return Object.freeze({}) as Answered;
  };
  const handler: Handlers[Name] = handlers[name];
  // Parsed by the schema of this very name.
  await handler(context, parsed.data as RequestOf<Name>, answer);
}

/** The wire form of whatever went wrong, and whether it is a defect to be logged. */
export function failureOf(error: unknown): { failure: Failure; defect: boolean } {
  if (error instanceof ProtocolError) return { failure: error.toFailure(), defect: false };
  const code = isDiskFull(error) ? 'full' : 'unavailable';
  return { failure: new ProtocolError(code).toFailure(), defect: true };
}
