import { ProtocolError } from '../../../shared/errors.ts';
import {
  type RequestName,
  type RequestOf,
  type ResponseOf,
  requests,
} from '../../../shared/protocol/requests.ts';
import type { Signaling } from './signaling.ts';

/** Longer than the proof takes that is waited for. */
const PROOF_TIMEOUT_MS = 10_000;

interface Waiting {
  readonly pass: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Holds back what the server answers only to a proven device until this connection's has proven itself. Asked before
 * that, the server refuses, and whatever was asked waits for its next turn while the way is open: after every loss.
 */
export function provenSignaling(signaling: Signaling): Signaling {
  const waiting = new Set<Waiting>();
  let proven = false;

  const settle = (how: (each: Waiting) => void) => {
    for (const each of waiting) how(each);
    waiting.clear();
  };
  signaling.onState((state) => {
    if (state === 'connected') return;
    proven = false;
    settle(({ refuse }) => refuse(new ProtocolError('unavailable')));
  });

  const proof = () =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(own);
        reject(new ProtocolError('unavailable'));
      }, PROOF_TIMEOUT_MS);
      const own: Waiting = {
        pass: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      waiting.add(own);
    });

  const prove = async (request: RequestOf<'session:identify'>) => {
    try {
      const door = await signaling.request('session:identify', request);
      proven = true;
      settle(({ pass }) => pass());
      return door;
    } catch (error) {
      settle(({ refuse }) => refuse(error));
      throw error;
    }
  };

  return {
    get state() {
      return signaling.state;
    },
    connect: () => signaling.connect(),
    async request<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
      if (name === 'session:identify') {
        // Paired by the name just compared.
        return prove(request as RequestOf<'session:identify'>) as Promise<ResponseOf<Name>>;
      }
      // Whoever leaves unproven waits for nothing.
      const waits = requests[name].stage !== 'connected' && name !== 'session:leave';
      if (waits && !proven && signaling.state === 'connected') await proof();
      return signaling.request(name, request);
    },
    on: (name, listener) => signaling.on(name, listener),
    onState: (listener) => signaling.onState(listener),
    onRefused: (listener) => signaling.onRefused(listener),
    close: () => signaling.close(),
  };
}
