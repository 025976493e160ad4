import type { DeviceKey } from '../../shared/ids.ts';
import type { EventOf } from '../../shared/protocol/events.ts';

type ToOne =
  | 'media:consumerClosed'
  | 'media:consumerLayers'
  | 'media:consumerScore'
  | 'media:reset'
  | 'media:producerStopped';

/** What a room has to tell, and whom; signalling delivers it. */
export type MediaRoomEvent =
  | { readonly to: 'everyone'; readonly name: 'media:producers'; readonly event: EventOf<'media:producers'> }
  | { readonly to: 'everyone'; readonly name: 'media:reset'; readonly event: EventOf<'media:reset'> }
  | {
      [Name in ToOne]: { readonly to: DeviceKey; readonly name: Name; readonly event: EventOf<Name> };
    }[ToOne];

export type MediaRoomListener = (event: MediaRoomEvent) => void;
