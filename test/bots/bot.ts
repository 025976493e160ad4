import type { GroupToFrame } from '../../client/e2ee/frames/messages.ts';
import { type KeyStore, memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { type Clock, systemClock } from '../../client/meeting/clock.ts';
import type { FilePorts } from '../../client/meeting/core/attachments.ts';
import { httpBlobs } from '../../client/meeting/core/blobPort.ts';
import type { FramePort } from '../../client/meeting/core/context.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { MeetingCore } from '../../client/meeting/core/meetingCore.ts';
import { type CoreState, initialState } from '../../client/meeting/core/state.ts';
import { memoryPiece } from '../../client/meeting/core/upload.ts';
import { provenSignaling } from '../../client/meeting/signaling/provenSignaling.ts';
import type { Signaling } from '../../client/meeting/signaling/signaling.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import { concat } from '../../shared/bytes.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { type Preset, presetPolicy } from '../../shared/roles.ts';

/** A real client without a page: the same core as in the browser's worker. */
export interface Bot {
  readonly core: MeetingCore;
  readonly keyStore: KeyStore;
  readonly state: CoreState;
  /** Files it fetched and found whole, by name. */
  readonly saved: ReadonlyMap<string, Uint8Array>;
  /** What the frame worker would have been told. Base keys included: a test may look at its own. */
  readonly frameMessages: readonly GroupToFrame[];
  /** Resolves once the state satisfies a condition. Rejects with the last state after `ms`. */
  until(what: string, condition: (state: CoreState) => boolean, ms?: number): Promise<CoreState>;
  /** Told of each epoch that it comes to. */
  onEpoch(listener: (epoch: number) => void): void;
  close(): void;
}

/** Where a bot's files go. */
export function memoryFiles(origin: string, saved: Map<string, Uint8Array> = new Map()): FilePorts {
  return {
    blobs: httpBlobs(origin),
    keepPiece: memoryPiece,
    preview: async () => null,
    shrink: async () => null,
    async sink(name) {
      const parts: Uint8Array[] = [];
      return {
        write: async (bytes) => void parts.push(bytes),
        close: async () => void saved.set(name, concat(...parts)),
        abort: async () => void parts.splice(0),
      };
    },
  };
}

export interface BotOptions {
  readonly origin: string;
  readonly link: MeetingLink;
  readonly keyStore?: KeyStore;
  /** Of a breakout room: the main meeting. */
  readonly main?: MeetingId;
  /** Replaces or wraps the connection, for a server that does not behave. */
  readonly signaling?: (real: Signaling) => Signaling;
  /** Replaces or wraps the way of files. */
  readonly files?: (real: FilePorts) => FilePorts;
  /** Real time unless given. */
  readonly clock?: Clock;
  /** Where media keys go; unless given, what is said to the frame worker is kept. */
  readonly frames?: FramePort;
}

/** Opens a meeting as far as its door. */
export async function openBot(options: BotOptions): Promise<Bot> {
  const keyStore = options.keyStore ?? memoryKeyStore();
  const real = socketSignaling(options.origin, options.link.meeting);
  const frameMessages: GroupToFrame[] = [];
  const saved = new Map<string, Uint8Array>();
  const files = memoryFiles(options.origin, saved);
  const watchers = new Set<() => void>();
  let state = initialState;
  const core = await MeetingCore.open({
    link: options.link,
    origin: options.origin,
    signaling: provenSignaling(options.signaling?.(real) ?? real),
    connect: (room) => provenSignaling(socketSignaling(options.origin, room)),
    ...(options.main ? { main: options.main } : {}),
    keyStore,
    clock: options.clock ?? systemClock,
    frames: options.frames ?? {
      post: (message) => frameMessages.push(structuredClone(message)),
      onMessage: () => undefined,
    },
    files: options.files?.(files) ?? files,
    publish: (change) => {
      state = { ...state, ...change };
      for (const watcher of watchers) watcher();
    },
  });
  return {
    core,
    keyStore,
    frameMessages,
    saved,
    get state() {
      return state;
    },
    until(what, condition, ms = 10_000) {
      return new Promise((resolve, reject) => {
        const settle = () => {
          if (!condition(state)) return;
          clearTimeout(timer);
          watchers.delete(settle);
          resolve(state);
        };
        const timer = setTimeout(() => {
          watchers.delete(settle);
          const { phase, members, seal, alarms, notices } = state;
          reject(
            new Error(
              `not in time: ${what}; ${JSON.stringify({ phase, members: members.length, seal, alarms, notices })}`,
            ),
          );
        }, ms);
        watchers.add(settle);
        settle();
      });
    },
    onEpoch(listener) {
      let last = -1;
      watchers.add(() => {
        const { epoch } = state.seal;
        if (epoch > last) listener(epoch);
        last = Math.max(last, epoch);
      });
    },
    close: () => core.close(),
  };
}

/** A meeting founded by a new device, which is returned at its door. */
export async function foundByBot(origin: string, preset: Preset): Promise<{ host: Bot; link: MeetingLink }> {
  const keyStore = memoryKeyStore();
  const link = await foundMeeting({ origin, keyStore, policy: presetPolicy(preset), now: Date.now() });
  return { host: await openBot({ origin, link, keyStore }), link };
}

/** Goes in and waits until inside. */
export async function enter(bot: Bot, name: string): Promise<void> {
  await bot.until('at the door', (state) => state.phase.name === 'prejoin');
  bot.core.join(name, '');
  await bot.until('inside', (state) => state.phase.name === 'meeting');
}
