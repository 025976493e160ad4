import { createWorker } from 'mediasoup';
import type { IceCandidate } from 'mediasoup/types';
import type { MediaConfig } from '../config/config.ts';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';
import { type CallOutcome, LoopbackCall } from './loopbackCall.ts';
import { tcpPath, udpPath } from './path.ts';
import { checkTurn } from './turn.ts';

const NAME = 'Media path';

/** Whether the worker program starts at all. */
export async function checkWorker(workerBin: string): Promise<Finding> {
  try {
    const worker = await createWorker({ workerBin, logLevel: 'none' });
    worker.close();
    return green('Media worker', 'starts');
  } catch (error) {
    return red(
      'Media worker',
      `does not start: ${reasonOf(error)}`,
      'Run node_modules/.bin/node server/tools/worker.ts, see "Requirements".',
    );
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
    const fix = 'Stop the other program, or set SEALROOM_MEDIA_PORT.';
    yield red(NAME, `cannot listen on port ${media.port}: ${reasonOf(error)}`, fix);
    yield* await checkTurn(media.turn, null);
    return;
  }
  try {
    const candidates = await call.candidates();
    for (const candidate of candidates)
      yield await checkCandidate(call, candidate, media.announced.length > 0);
    if (running) {
      yield amber(
        NAME,
        'the server runs: tried on a free port in place of its own',
        'To try the real ports, stop it and run this again.',
      );
    }
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
  const place = `${protocol.toUpperCase()} ${address}, port ${port}`;
  const path = await (protocol === 'udp' ? udpPath(address, port) : tcpPath(address, port).catch(() => null));
  const outcome: CallOutcome = path ? await call.over(path) : { kind: 'no-answer' };
  switch (outcome.kind) {
    case 'no-answer':
      return unanswered(place, announced);
    case 'no-connection':
      return red(NAME, `${place} answers, and no encrypted connection comes about`, mangled);
    case 'call': {
      const says = `${place}: ${wordsFor(outcome)}`;
      return outcome.back === outcome.sent ? green(NAME, says) : amber(NAME, says, mangled);
    }
  }
}

const mangled =
  'Something between drops or changes packets: look at the firewall, and at what inspects traffic.';

/** A call in numbers. */
export function wordsFor({ sent, back, rttMs }: Extract<CallOutcome, { kind: 'call' }>): string {
  const time = rttMs === null ? '' : `, ${rttMs.toFixed(1)} ms`;
  return `a call goes there and back (${back} of ${sent} packets${time})`;
}

function unanswered(place: string, announced: boolean): Finding {
  return announced
    ? amber(
        NAME,
        `${place} does not answer from this machine`,
        'Many routers do not lead back inside: try from outside. Otherwise forward the port, and open it in the firewall.',
      )
    : red(NAME, `${place} does not answer`, 'Open it in the firewall of this machine, for UDP and TCP.');
}
