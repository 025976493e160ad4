import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { fromBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { type MeetingId, meetingId } from '../../shared/ids.ts';
import {
  type CreatedMeeting,
  createMeeting,
  type MeetingStatus,
  type RecordJson,
} from '../../shared/protocol/rest.ts';
import { type RecordCrypto, readChain } from '../../shared/records/chain.ts';
import { type SignedRecord, signedRecord } from '../../shared/records/record.ts';
import type { Policy } from '../../shared/roles.ts';
import { keepNewMeeting } from '../meeting/founding.ts';
import { Buckets } from '../signaling/bucket.ts';
import type { MeetingStore } from '../store/store.ts';
import { limitKey } from './limitKey.ts';

export interface MeetingsParts {
  readonly store: MeetingStore;
  readonly crypto: RecordCrypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs before a founding is looked at, and refuses whoever may create no meetings here. */
  readonly mayCreate: readonly RequestHandler[];
  /** Told of a meeting before it is stored: what is on record may then be missing, never the other way round. */
  readonly onFounding: (meeting: MeetingId, response: Response) => Promise<void>;
  /** Throws ProtocolError where the operator does not allow these rules. */
  readonly checkRules: (rules: Policy) => void;
  readonly onLimited: (address: string | undefined) => void;
}

/** Meetings that may be founded from one address: a school has one, and few found meetings by the dozen. */
const FOUNDING = { burst: 30, perSecond: 30 / 60 };

function decode({ bytes, signature }: RecordJson): SignedRecord {
  try {
    return signedRecord.parse({ bytes: fromBase64Url(bytes), signature: fromBase64Url(signature) });
  } catch {
    throw new ProtocolError('bad-request');
  }
}

/**
 * Founding meetings and looking them up. A meeting is founded by records whose signatures hold; who sent them
 * does not matter. Sending the same records again answers the same.
 */
export function meetings({
  store,
  crypto,
  now,
  mayCreate,
  onFounding,
  onLimited,
  checkRules,
}: MeetingsParts): Router {
  const router = Router();
  const foundings = new Buckets(FOUNDING);

  const limit = (request: Request): void => {
    const waitMs = foundings.take(limitKey(request.ip ?? ''), now());
    if (waitMs === 0) return;
    onLimited(request.ip);
    throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
  };

  router.post(
    '/',
    (request, _response, next) => {
      limit(request);
      next();
    },
    ...mayCreate,
    express.json({ limit: '256kb', type: 'application/json' }),
    async (request, response) => {
      const parsed = createMeeting.safeParse(request.body);
      if (!parsed.success) throw new ProtocolError('bad-request');
      const records = parsed.data.records.map(decode);
      const founding = {
        store,
        crypto,
        now,
        checkRules,
        onFounding: (id: MeetingId) => onFounding(id, response),
      };
      const { chain, isNew } = await keepNewMeeting(founding, records);
      const created: CreatedMeeting = { meeting: chain.meeting, head: chain.head };
      response.status(isNew ? 201 : 200).json(created);
    },
  );

  router.get('/:id', async (request, response) => {
    const id = meetingId.safeParse(request.params.id);
    if (!id.success) throw new ProtocolError('not-found');
    // What is stored was verified on its way in; verifying again would be work for whoever asks often.
    const [stored, records] = await Promise.all([store.find(id.data), store.records(id.data)]);
    if (!stored) throw new ProtocolError('not-found');
    const read = readChain(records, { ...crypto, verify: () => true });
    if (!read.ok) throw new Error(`stored chain refused: ${read.refusal}`);
    const { policy } = read.chain;
    const status: MeetingStatus = {
      // The operator ends a meeting without a record.
      state: stored.endedAt === null ? 'open' : 'ended',
      preset: policy.preset,
      lobby: policy.lobby,
    };
    response.json(status);
  });

  return router;
}
