import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { MediaRoomListener } from '../media/events.ts';
import type { MediaRoom } from '../media/mediaRoom.ts';

/** Opens a room for a meeting. Throws ProtocolError `media-unavailable`. */
export type OpenRoom = (listener: MediaRoomListener) => Promise<MediaRoom>;

interface Current {
  readonly opening: Promise<MediaRoom>;
  room: MediaRoom | null;
  closed: boolean;
}

/** The media room of one running group: opened when first needed, gone with the group. */
export class LazyRoom {
  readonly #open: OpenRoom;
  readonly #listener: MediaRoomListener;
  readonly #failed: (error: unknown) => void;
  #current: Current | null = null;
  /** Settles once the room before is open and closed again: a meeting has one at a time. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(open: OpenRoom, listener: MediaRoomListener, failed: (error: unknown) => void) {
    this.#open = open;
    this.#listener = listener;
    this.#failed = failed;
  }

  /** The room, opened on the first call. Throws `media-unavailable`. */
  async get(): Promise<MediaRoom> {
    const current = this.#current ?? this.#start();
    try {
      const room = await current.opening;
      if (!current.closed) return room;
    } catch (error) {
      if (this.#current === current) this.#current = null;
      throw new ProtocolError('media-unavailable', { cause: error });
    }
    throw new ProtocolError('media-unavailable');
  }

  /** Does nothing where no room is open: a device has no media then. */
  closeDevice(device: DeviceKey): void {
    this.#current?.room?.closeDevice(device);
  }

  stopSources(device: DeviceKey, sources: readonly Source[]): void {
    this.#current?.room?.stopSources(device, sources);
  }

  rulesChanged(): void {
    this.#current?.room?.rulesChanged();
  }

  /** Idempotent; the next `get` opens a new room. */
  close(): void {
    const current = this.#current;
    this.#current = null;
    if (!current) return;
    current.closed = true;
    current.room?.close();
  }

  #start(): Current {
    const listener: MediaRoomListener = (event) => {
      if (!current.closed) this.#listener(event);
    };
    const current: Current = {
      opening: this.#before.then(() => this.#open(listener)),
      room: null,
      closed: false,
    };
    this.#current = current;
    this.#before = current.opening.then((room) => {
      current.room = room;
      if (current.closed) room.close();
    }, this.#failed);
    return current;
  }
}
