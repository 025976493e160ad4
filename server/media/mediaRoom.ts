import type { z } from 'zod';
import type { DeviceKey } from '../../shared/ids.ts';
import type {
  ConsumerWish,
  dtlsParameters,
  iceParameters,
  ProducerInfo,
  RtpCapabilitiesWire,
  transport,
} from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Source } from '../../shared/records/record.ts';
import type { NodeId } from '../cluster/cluster.ts';

export type TransportWire = z.infer<typeof transport>;
export type DtlsParametersWire = z.infer<typeof dtlsParameters>;
export type IceParametersWire = z.infer<typeof iceParameters>;

/** How a device that sends stands to the others. */
export interface Standing {
  /** It may, however many others do. */
  readonly always: boolean;
  /** Its meeting has a stage: few send, to many. */
  readonly stage: boolean;
}

/**
 * The streams of one meeting. It knows devices, not people, and no rules: who may do what is decided before.
 * A device reaches only what it made itself; anything else is refused as `not-found`. All methods that wait may
 * throw ProtocolError: `media-unavailable` while the worker is being replaced, `bad-request` for parameters the
 * engine does not take, `full` over a limit of `peerLimits`.
 */
export interface MediaRoom {
  rtpCapabilities(): RtpCapabilitiesWire;
  /** `near`: the node that the device is connected to; this one by default. */
  createTransport(device: DeviceKey, direction: 'send' | 'receive', near?: NodeId): Promise<TransportWire>;
  connectTransport(device: DeviceKey, transportId: string, dtls: DtlsParametersWire): Promise<void>;
  restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }>;
  closeTransport(device: DeviceKey, transportId: string): Promise<void>;
  /**
   * Offers a stream; a second one of the same source replaces the first. A microphone that is on counts towards
   * `limits.openMicrophones`, a device on a stage towards `limits.stage`; beyond them the room is `full`.
   */
  produce(
    device: DeviceKey,
    offer: RequestOf<'media:produce'>,
    standing?: Standing,
  ): Promise<ResponseOf<'media:produce'>>;
  /** Switching a microphone on counts as in `produce`. */
  setProducer(
    device: DeviceKey,
    producerId: string,
    state: 'paused' | 'live' | 'closed',
    always?: boolean,
  ): Promise<void>;
  /** Subscribes, paused; a second subscription to the same producer replaces the first. */
  consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>>;
  /** Pauses, resumes, chooses layers and shares. Consumers that have just closed are passed over. */
  setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void>;
  closeConsumer(device: DeviceKey, consumerId: string): Promise<void>;
  requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void>;
  /** Everything on offer now. */
  producers(): ProducerInfo[];
  /** Ends all of a device. */
  closeDevice(device: DeviceKey): void;
  /** Ends a device's producers of these sources and tells the device. */
  stopSources(device: DeviceKey, sources: readonly Source[]): void;
  /** Other rules hold now: media no longer passes nodes that they do not allow. */
  rulesChanged(): void;
  close(): void;
}
