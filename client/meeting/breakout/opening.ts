import { ProtocolError } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { BreakoutRoom } from '../../../shared/records/breakout.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { hostKeyPair, newHostSecrets } from '../../e2ee/records/hostSecrets.ts';
import { sealRoomNames } from '../../e2ee/records/roomNames.ts';
import type { BreakoutPlan } from '../breakoutView.ts';
import type { CoreContext } from '../core/context.ts';
import { makeRoom, type NewRoom } from './roomFounding.ts';

const ATTEMPTS = 8;

export interface OpenedRooms {
  readonly opened: readonly BreakoutRoom[];
  readonly links: readonly MeetingLink[];
  /** The main meeting's record of them. */
  readonly body: Extract<RecordBody, { type: 'breakout' }>;
}

/**
 * Founds the rooms of a plan on this device and hands them to the server, as rooms of this meeting.
 * `serverNow` in milliseconds since 1970. Throws ProtocolError.
 */
export async function openRooms(
  context: CoreContext,
  { names, entry, mayReturn, minutes, teamwork }: BreakoutPlan,
  serverNow: number,
): Promise<OpenedRooms> {
  const { access, clock, identity, records, store } = context;
  const fits = minutes === null || (minutes >= 1 && minutes <= limits.breakoutMinutes);
  if (names.length < 1 || names.length > limits.breakoutRooms || !fits)
    throw new ProtocolError('bad-request');
  // One key for all rooms: it founds them, makes this device their host, and is forgotten.
  const host = hostKeyPair(newHostSecrets());
  const rooms = names.map(() =>
    makeRoom({
      main: records.chain,
      rules: { entry, teamwork },
      label: store.state.label,
      host,
      opener: identity.key,
      now: clock.now(),
    }),
  );
  for (const room of rooms) await handOver(context, room);
  const until = minutes === null ? null : Math.round(serverNow + minutes * 60_000);
  const opened = rooms.map(({ room }) => room);
  return {
    opened,
    links: rooms.map(({ link }) => link),
    body: {
      type: 'breakout',
      hostKey: host.key,
      rooms: opened,
      entry,
      mayReturn,
      until,
      names: sealRoomNames(access.current, names),
    },
  };
}

/** The rights of a host suffice, also where a site lets only some found meetings. What the server puts off is tried again. */
async function handOver({ clock, signaling }: CoreContext, { records }: NewRoom): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await signaling.request('breakout:found', { records: [...records] });
      return;
    } catch (error) {
      const wait = error instanceof ProtocolError ? error.retryAfterMs : undefined;
      if (wait === undefined || attempt === ATTEMPTS) throw error;
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }
}
