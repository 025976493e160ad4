import type { MediaKind, RtpParameters, SrtpParameters } from 'mediasoup/types';
import type { DeviceKey } from '../../shared/ids.ts';
import type { ConsumerWish, ProducerInfo } from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Source } from '../../shared/records/record.ts';
import type { MediaRoomEvent } from './events.ts';
import type { DtlsParametersWire, IceParametersWire, TransportWire } from './mediaRoom.ts';

/** One end of the way between two nodes: where it listens, and the SRTP key that it sends with (RFC 3711). */
export interface CrossingEnd {
  readonly ip: string;
  readonly port: number;
  readonly srtpParameters: SrtpParameters;
}

/** A stream as it leaves its own node. */
export interface Lent {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
}

/** What a node's devices want of a stream that comes from another: nothing, subscribed but not shown, or shown. */
export type Demand = 'none' | 'resting' | 'shown';

/** What happens at a branch. In order with the answers to what it was asked. */
export type BranchEvent =
  | { readonly kind: 'tell'; readonly event: MediaRoomEvent }
  /** A device sends a stream, or has paused or resumed it. */
  | { readonly kind: 'stream'; readonly stream: ProducerInfo }
  | { readonly kind: 'ended'; readonly producerId: string }
  | { readonly kind: 'demand'; readonly producerId: string; readonly demand: Demand }
  /** Its last worker died: all streams ended, and a `media:reset` for everyone follows. */
  | { readonly kind: 'emptied' }
  | { readonly kind: 'crossingLost'; readonly crossing: string }
  /** The node is gone, with all that was there. */
  | { readonly kind: 'lost' };

export type BranchListener = (event: BranchEvent) => void;

/**
 * The part of a meeting's media that one node serves: the devices attached there, what they send, and what they receive.
 * Streams of other nodes come in over crossings, lent by the one and borrowed by the other, under the same id.
 * Methods refuse as those of MediaRoom do.
 */
export interface Branch {
  createTransport(device: DeviceKey, direction: 'send' | 'receive'): Promise<TransportWire>;
  connectTransport(device: DeviceKey, transportId: string, dtls: DtlsParametersWire): Promise<void>;
  restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }>;
  closeTransport(device: DeviceKey, transportId: string): Promise<void>;
  produce(device: DeviceKey, offer: RequestOf<'media:produce'>): Promise<ResponseOf<'media:produce'>>;
  setProducer(device: DeviceKey, producerId: string, state: 'paused' | 'live' | 'closed'): Promise<void>;
  consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>>;
  setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void>;
  closeConsumer(device: DeviceKey, consumerId: string): Promise<void>;
  requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void>;
  closeDevice(device: DeviceKey): Promise<void>;
  stopSources(device: DeviceKey, sources: readonly Source[]): Promise<void>;
  /** Opens one end of the way to another node, under a name that both ends share. */
  openCrossing(crossing: string): Promise<CrossingEnd>;
  connectCrossing(crossing: string, far: CrossingEnd): Promise<void>;
  closeCrossing(crossing: string): Promise<void>;
  /** Has a stream leave over a crossing, resting. */
  lend(crossing: string, producerId: string): Promise<Lent>;
  /** Has a lent stream flow or rest. */
  setLent(crossing: string, producerId: string, flowing: boolean): Promise<void>;
  endLoan(crossing: string, producerId: string): Promise<void>;
  /** Takes in what another node lends. */
  borrow(crossing: string, stream: ProducerInfo, lent: Lent): Promise<void>;
  /** Brings a borrowed stream into the state of its original. */
  setBorrowed(producerId: string, paused: boolean): Promise<void>;
  giveBack(producerId: string): Promise<void>;
  /** Idempotent. */
  close(): void;
}
