import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { FrameCrypto } from '../e2ee/frames/frameCrypto.ts';
import { MediaEngine } from '../media/engine.ts';
import type { Levels } from '../media/levels.ts';
import type { EngineSnapshot } from '../media/mediaView.ts';
import type { Signalling } from '../media/signalling.ts';
import type { Call } from './call.ts';
import type { CoreCommand } from './core/command.ts';
import type { CoreMember } from './core/state.ts';
import type { Meeting } from './meeting.ts';
import type { MediaEvent } from './worker/messages.ts';

/** A newcomer's stream may be announced a moment before its commit arrives: only lasting ghosts count. */
const GHOST_MS = 3_000;

type Tiles = Parameters<Meeting['showTiles']>[0];

export interface SessionMediaParts {
  readonly call: Call;
  readonly signalling: Signalling;
  readonly command: (command: CoreCommand) => void;
  readonly members: () => readonly CoreMember[];
  readonly onChange: () => void;
}

/** The media of one meeting, while this device is inside: an engine between the call and the server. */
export class SessionMedia {
  readonly #parts: SessionMediaParts;
  #engine: MediaEngine | null = null;
  #levels: Levels | null = null;
  #shown: Tiles = [];
  #recorded: Tiles = [];

  constructor(parts: SessionMediaParts) {
    this.#parts = parts;
  }

  get running(): boolean {
    return this.#engine !== null;
  }

  get snapshot(): EngineSnapshot | null {
    return this.#engine?.snapshot() ?? null;
  }

  get levels(): Levels | null {
    return this.#levels;
  }

  start(self: DeviceKey, frames: FrameCrypto): void {
    const { call, command, signalling, onChange } = this.#parts;
    const engine = new MediaEngine({ self, protection: frames, signalling });
    this.#engine = engine;
    engine.on('change', ({ ghosts }) => {
      if (ghosts.length > 0) this.#reportGhosts();
      onChange();
    });
    engine.on('levels', (levels) => {
      this.#levels = levels;
      onChange();
    });
    engine.on('unprotected', () => command({ do: 'media-alarm', kind: 'own-media-stopped', device: self }));
    engine.on('unusable', ({ error }) => {
      if (error.code === 'no-codec') command({ do: 'media-alarm', kind: 'downgrade', device: self });
    });
    engine.on('cut', ({ device }) => {
      // The last frames of somebody who has left stay unsigned; that says nothing about anybody here.
      const here = this.#parts.members().some((member) => member.device === device && member.present);
      if (here) command({ do: 'media-alarm', kind: 'unsealed-media', device });
    });
    this.follow();
    engine.start();
    this.#subscribe();
    call.plug(engine);
  }

  /** Idempotent. */
  stop(): void {
    if (!this.#engine) return;
    this.#parts.call.plug(null);
    this.#engine.close();
    this.#engine = null;
    this.#levels = null;
  }

  /** Who is here has changed: members whose media may be subscribed to. */
  follow(): void {
    const heard = this.#parts.members().filter((member) => !member.heldBack);
    this.#engine?.setRoster(new Set(heard.map((member) => member.device)));
  }

  /** Pictures on the page. */
  show(tiles: Tiles): void {
    this.#shown = tiles;
    this.#subscribe();
  }

  /** Pictures that a recording needs besides. */
  record(tiles: Tiles): void {
    if (JSON.stringify(tiles) === JSON.stringify(this.#recorded)) return;
    this.#recorded = tiles;
    this.#subscribe();
  }

  onReconnected(): void {
    this.#engine?.onReconnected();
  }

  onFrameEvent: ConstructorParameters<typeof FrameCrypto>[0]['onEvent'] = (event) =>
    this.#engine?.onFrameEvent(event);

  onMedia({ name, event }: MediaEvent): void {
    const engine = this.#engine;
    if (!engine) return;
    switch (name) {
      case 'media:producers':
        return engine.onProducers(event);
      case 'media:consumerClosed':
        return engine.onConsumerClosed(event);
      case 'media:consumerLayers':
        return engine.onConsumerLayers(event);
      case 'media:consumerScore':
        return engine.onConsumerScore(event);
      case 'media:producerStopped':
        return engine.onProducerStopped(event);
      case 'media:reset':
        return engine.onReset();
    }
  }

  #subscribe(): void {
    const same = (one: { device: DeviceKey; source: Source }) => (other: typeof one) =>
      one.device === other.device && one.source === other.source;
    const both = this.#shown.map((tile) => ({
      ...tile,
      height: Math.max(tile.height, this.#recorded.find(same(tile))?.height ?? 0),
    }));
    const more = this.#recorded.filter((tile) => !this.#shown.some(same(tile)));
    this.#engine?.setTiles([...both, ...more]);
  }

  #reportGhosts(): void {
    setTimeout(() => {
      const members = new Set(this.#parts.members().map((member) => member.device));
      const ghosts = (this.#engine?.snapshot().ghosts ?? []).filter((device) => !members.has(device));
      if (ghosts.length > 0) this.#parts.command({ do: 'ghosts', devices: ghosts });
    }, GHOST_MS);
  }
}
