import { createWorker } from 'mediasoup';
import type { IceCandidate } from 'mediasoup/types';
import type { Finding, Found, MediaPlace } from '../../shared/doctor/finding.ts';
import type { MediaConfig } from '../config/config.ts';
import { WorkerBinaryError } from '../media/worker/errors.ts';
import { amber, green, reasonOf, red } from './finding.ts';
import { type CallOutcome, LoopbackCall } from './loopbackCall.ts';
import { tcpPath, udpPath } from './path.ts';
import { checkTurn } from './turn.ts';

/** Whether the worker program is there and starts; null in place of one that does not. */
export async function checkWorker(
  workerBin: () => Promise<string>,
): Promise<{ readonly program: string | null; readonly finding: Finding }> {
  try {
    const program = await workerBin();
    const worker = await createWorker({ workerBin: program, logLevel: 'none' });
    worker.close();
    return { program, finding: green({ code: 'worker-starts' }) };
  } catch (error) {
    const isMissing = error instanceof WorkerBinaryError && error.code !== 'does-not-start';
    const found: Found = isMissing
      ? { code: 'worker-missing' }
      : { code: 'worker-fails', reason: reasonOf(error) };
    return { program: null, finding: red(found) };
  }
}

/**
 * Calls from this machine to itself, by every address that browsers are told, UDP and TCP, and through every TURN
 * server: connectivity check, DTLS, and packets of sound there and back. Where the server runs, its ports are taken:
 * free ones are tried in their place.
 */
export async function* checkMedia(
  media: MediaConfig,
  workerBin: string,
  running: boolean,
): AsyncGenerator<Finding> {
  const first = { ...media, workers: 1, port: running ? 0 : media.port };
  let call: LoopbackCall;
  try {
    call = await LoopbackCall.open(first, workerBin);
  } catch (error) {
    yield red({ code: 'media-port-taken', port: media.port, reason: reasonOf(error) });
    yield* await checkTurn(media.turn, null);
    return;
  }
  try {
    const candidates = await call.candidates();
    for (const candidate of candidates)
      yield await checkCandidate(call, candidate, media.announced.length > 0);
    if (running) yield amber({ code: 'media-on-free-port' });
    yield* await checkTurn(media.turn, { call, candidates });
  } finally {
    await call.close();
  }
}

async function checkCandidate(
  call: LoopbackCall,
  { address, port, protocol }: IceCandidate,
  announced: boolean,
): Promise<Finding> {
  const place: MediaPlace = { protocol, address, port };
  const path = await (protocol === 'udp' ? udpPath(address, port) : tcpPath(address, port).catch(() => null));
  const outcome: CallOutcome = path ? await call.over(path) : { kind: 'no-answer' };
  switch (outcome.kind) {
    case 'no-answer':
      return announced
        ? amber({ code: 'media-not-from-inside', place })
        : red({ code: 'media-silent', place });
    case 'no-connection':
      return red({ code: 'media-no-connection', place });
    case 'call': {
      const { sent, back, rttMs } = outcome;
      if (back === sent) return green({ code: 'media-call', place, sent, back, rttMs });
      return amber({ code: 'media-losses', place, sent, back, rttMs });
    }
  }
}
