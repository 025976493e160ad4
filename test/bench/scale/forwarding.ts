import { createWorker } from 'mediasoup';
import type { Router, RtpCapabilities, RtpParameters, WebRtcServer } from 'mediasoup/types';
import { systemClock } from '../../../client/e2ee/frames/clock.ts';
import { FrameCore } from '../../../client/e2ee/frames/frameCore.ts';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { ChaChaSFrame } from '../../../client/e2ee/sframe/chacha.ts';
import { heapOf } from '../../../client/e2ee/sframe/heap.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { foundMeeting } from '../../../client/meeting/core/found.ts';
import { createLog } from '../../../server/log.ts';
import { mediaCodecs, withAllowedExtensions } from '../../../server/media/codecs.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { enter, openBot } from '../../bots/bot.ts';
import { startSite } from '../../bots/site.ts';
import { startMedia } from '../../integration/signaling/site.ts';
import { pause, until } from '../../support/until.ts';
import { device, epochMessage } from '../../unit/sframe/fixture.ts';
import { Caller } from '../load/caller.ts';
import { Crowd } from '../load/crowd.ts';
import { Line } from '../load/line.ts';
import type { LoadSettings } from '../load/options.ts';
import { Tally } from '../load/tally.ts';
import { Voice } from '../load/voice.ts';
import { costOfForwarding } from './processFigures.ts';

export type ForwardingCost = Awaited<ReturnType<typeof costOfForwarding>>;

/** The streams that are forwarded: one camera and one microphone. */
const CAMERA = { kbps: 1_000, fps: 25 } as const;
const MICROPHONE = { kbps: 40, fps: 50 } as const;
const STREAMS = 2;
/** Until connections stand and buffers are warm. */
const WARM_MS = 2_000;

/** A meeting in Sealroom, one member of it sending to all others: the cost of its media worker. */
export async function forwardWithSealroom(receivers: number, seconds: number): Promise<ForwardingCost> {
  const media = await startMedia();
  const site = await startSite(':memory:', undefined, createLog('silent'), media);
  const keyStore = memoryKeyStore();
  const { origin } = site;
  const suite = 'x25519';
  const policy = presetPolicy('open');
  const link = await foundMeeting({ origin, keyStore, policy, suite, now: Date.now() });
  const host = await openBot({ origin, link, keyStore });
  const settings: LoadSettings = {
    participants: receivers + 1,
    publishers: 1,
    microphones: 1,
    tiles: 1,
    ...CAMERA,
    duration: seconds,
    joinRate: 50,
    openers: 0,
    processes: 1,
    suite,
  };
  const crowd = await Crowd.open({ origin, link, settings, first: 0, step: 1 });
  try {
    await enter(host, 'Host');
    await crowd.come();
    const streams = () => crowd.read().streams;
    await until(streams, (count) => count === STREAMS * receivers, 'all receive', 60_000);
    await pause(WARM_MS);
    let packets = 0;
    const count = () => {
      packets += crowd.read().packets;
      return packets;
    };
    const [pid = 0] = media.workerPids;
    return await costOfForwarding(pid, seconds, count);
  } finally {
    await crowd.leave();
    host.close();
    await site.close();
    await media.close();
  }
}

/** The same streams to as many receivers through mediasoup with nothing around it. */
export async function forwardBare(receivers: number, seconds: number): Promise<ForwardingCost> {
  const workerBin = await ensureWorkerBinary();
  const worker = await createWorker({ workerBin, logLevel: 'none' });
  const caller = await Caller.open();
  const sframe = new ChaChaSFrame(heapOf(await ready()));
  const frames = new FrameCore({
    sframe,
    clock: systemClock,
    toPage: () => undefined,
    toGroup: () => undefined,
  });
  frames.group(epochMessage(1, 0, { 0: device(1) }));
  const lines: Line[] = [];
  const voices: Voice[] = [];
  try {
    const router = await worker.createRouter({ mediaCodecs });
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    });
    const tally = new Tally();
    const [line, transport] = await connect(caller, router, webRtcServer, tally, true);
    lines.push(line);
    const producers: string[] = [];
    for (const [kind, source, pace] of [
      ['video', 'camera', CAMERA],
      ['audio', 'microphone', MICROPHONE],
    ] as const) {
      const voice = new Voice(source, frames, pace);
      const { producer, offer } = await caller.speak(line.near, kind, voice);
      const produced = await transport.produce({ kind, rtpParameters: offer as RtpParameters });
      producers.push(produced.id);
      voices.push(voice);
      voice.start(producer);
    }
    const rtpCapabilities: RtpCapabilities = withAllowedExtensions(router.rtpCapabilities);
    for (let number = 0; number < receivers; number++) {
      const [receiving, to] = await connect(caller, router, webRtcServer, tally, false);
      lines.push(receiving);
      for (const producerId of producers) await to.consume({ producerId, rtpCapabilities });
    }
    await pause(WARM_MS);
    let packets = 0;
    return await costOfForwarding(worker.pid, seconds, () => {
      packets += tally.read().packets;
      return packets;
    });
  } finally {
    for (const voice of voices) voice.stop();
    frames.close();
    await Promise.all(lines.map((line) => line.close()));
    caller.close();
    worker.close();
  }
}

async function connect(
  caller: Caller,
  router: Router,
  webRtcServer: WebRtcServer,
  tally: Tally,
  whole: boolean,
) {
  const transport = await router.createWebRtcTransport({ webRtcServer, preferUdp: true });
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  const wire: ResponseOf<'media:createTransport'> = {
    id,
    iceParameters,
    iceCandidates,
    dtlsParameters,
    iceServers: [],
  };
  const line = await Line.open(caller, wire, {
    tally,
    whole,
    connect: (theirs) => transport.connect({ dtlsParameters: theirs }),
  });
  return [line, transport] as const;
}
