import { createWorker } from 'mediasoup';
import type { IceCandidate } from 'mediasoup/types';
import type { MediaConfig } from '../config/config.ts';
import { createLog } from '../log.ts';
import { WorkerPool } from '../media/workerPool.ts';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';
import { askByTcp, askByUdp } from './stun.ts';

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
 * The way of media up to ICE: a worker on the configured port, a transport as for a browser, and a browser's
 * connectivity check to every address it is told, UDP and TCP, answered with the right signature. DTLS and RTP come
 * after that and take the same way. Where the server runs, its ports are taken: a free one is tried in their place.
 */
export async function checkMediaPath(
  media: MediaConfig,
  workerBin: string,
  running: boolean,
): Promise<Finding[]> {
  const name = 'Media path';
  const first = { ...media, workers: 1, port: running ? 0 : media.port };
  let pool: WorkerPool;
  try {
    pool = await WorkerPool.start({ workerBin, media: first, log: createLog('silent') });
  } catch (error) {
    const fix = 'Stop the other program, or set SEALROOM_MEDIA_PORT.';
    return [red(name, `cannot listen on port ${media.port}: ${reasonOf(error)}`, fix)];
  }
  try {
    const { router, webRtcServer } = await pool.place({ load: () => 0, lost: () => undefined });
    const transport = await router.createWebRtcTransport({ webRtcServer, preferUdp: true });
    const { usernameFragment, password } = transport.iceParameters;
    const reaches = ({ address, port, protocol }: IceCandidate) =>
      (protocol === 'udp' ? askByUdp : askByTcp)(address, port, { usernameFragment, password });
    const findings: Finding[] = [];
    for (const candidate of transport.iceCandidates) {
      const place = `${candidate.protocol.toUpperCase()} ${candidate.address}, port ${candidate.port}`;
      if (await reaches(candidate)) findings.push(green(name, `${place} answers`));
      else findings.push(unreached(name, place, media.announced.length > 0));
    }
    if (running)
      findings.push(
        amber(
          name,
          'the server runs: tried on a free port in place of its own',
          'To try the real ports, stop it and run this again.',
        ),
      );
    return findings;
  } finally {
    await pool.close();
  }
}

function unreached(name: string, place: string, announced: boolean): Finding {
  return announced
    ? amber(
        name,
        `${place} does not answer from this machine`,
        'Many routers do not lead back inside: try from outside. Otherwise forward the port, and open it in the firewall.',
      )
    : red(name, `${place} does not answer`, 'Open it in the firewall of this machine, for UDP and TCP.');
}
