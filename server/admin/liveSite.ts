import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import type {
  EffectivePolicies,
  EndByOperator,
  FoundMeetingView,
  Overview,
  SitePoliciesView,
} from '../../shared/protocol/admin.ts';
import type { AuditLog } from '../audit/auditLog.ts';
import type { Node } from '../cluster/cluster.ts';
import type { Place } from '../cluster/place.ts';
import type { Drain } from '../drain.ts';
import type { MediaMeter } from '../media/mediaMeter.ts';
import type { LocalMediaRooms } from '../media/rooms.ts';
import type { Signaling } from '../signaling/attach.ts';
import type { MeetingStore } from '../store/store.ts';
import { type NodePart, nodePart } from './nodePart.ts';
import { differencesOf } from './policyView.ts';
import type { Sampler } from './sampler.ts';
import type { Reading } from './samples.ts';

export interface LiveSiteParts {
  /** Null until it listens. */
  readonly signaling: () => Signaling | null;
  readonly media: Pick<LocalMediaRooms, 'health' | 'cpu'>;
  readonly meter: MediaMeter;
  readonly sampler: () => Pick<Sampler, 'samples'>;
  readonly place: Place;
  readonly drain: Drain;
  readonly store: Pick<MeetingStore, 'find' | 'end'>;
  readonly audit: Pick<AuditLog, 'meeting' | 'write'>;
  readonly policies: EffectivePolicies;
  readonly version: string;
  /** Longest time of a drain, in milliseconds, by the settings. */
  readonly drainMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What goes on at this site now, and the two things an operator may do about it: end a meeting, and drain a server.
 * Meetings go by their tags here, never by their ids: see `meetingTag`. There is no way into one.
 */
export class LiveSite {
  readonly #parts: LiveSiteParts;

  constructor(parts: LiveSiteParts) {
    this.#parts = parts;
  }

  /** For the samples. */
  async reading(): Promise<Reading> {
    const { media, meter, now, signaling } = this.#parts;
    const bytes = await meter.bytes();
    const { streamsIn, streamsOut } = meter.streams();
    const { user, system } = process.cpuUsage();
    return {
      at: now(),
      meetings: signaling()?.meetings ?? 0,
      people: signaling()?.sockets ?? 0,
      streamsIn,
      streamsOut,
      ...bytes,
      mediaCpu: media.cpu,
      serverCpuMs: (user + system) / 1_000,
    };
  }

  /** What this server tells the others, and the page, of itself. */
  async own(): Promise<NodePart> {
    const { drain, drainMs, media, meter, policies, sampler, signaling, version } = this.#parts;
    const live = (await signaling()?.live()) ?? [];
    return {
      figures: {
        version,
        workers: media.health,
        drain: { until: drain.until, final: drain.isFinal, minutes: drainMs / 60_000 },
        connections: signaling()?.sockets ?? 0,
        samples: [...sampler().samples],
      },
      policies,
      meetings: live.map(({ meeting: id, ...counts }) => ({ id, ...counts, ...meter.streams(id) })),
    };
  }

  async overview(): Promise<Overview> {
    const { audit, now, place } = this.#parts;
    const everywhere = await this.#everywhere();
    return {
      now: now(),
      nodes: everywhere.map(({ node: { name, region, load, draining }, part }, index) => ({
        ...place.labelOf({ name, region }),
        load,
        // The others hear of it a moment later.
        draining: part ? part.figures.drain.until !== null : draining,
        here: index === 0,
        figures: part?.figures ?? null,
      })),
      meetings: everywhere.flatMap(({ node, part }) =>
        (part?.meetings ?? []).map(({ id, ...counts }) => ({
          meeting: audit.meeting(id),
          ...counts,
          node: node.name,
        })),
      ),
    };
  }

  /** What holds at this server, and where another of the site was given other settings. */
  async policies(): Promise<SitePoliciesView> {
    const { policies: here } = this.#parts;
    const others = (await this.#everywhere()).flatMap(({ node, part }) => {
      const differs = part?.policies ? differencesOf(here, part.policies) : [];
      return differs.length > 0 ? [{ node: node.name, differs }] : [];
    });
    return { here, others };
  }

  /** Throws `not-found`. */
  async find(id: MeetingId): Promise<FoundMeetingView> {
    const { audit, store } = this.#parts;
    const stored = await store.find(id);
    if (!stored) throw new ProtocolError('not-found');
    const { createdAt, endedAt } = stored;
    return { meeting: audit.meeting(id), state: endedAt === null ? 'open' : 'ended', createdAt };
  }

  /** Ends a meeting for good, on record before it happens. Throws `not-found` where there is none that goes on. */
  async end(which: EndByOperator, by: string): Promise<void> {
    const { audit, now, signaling, store } = this.#parts;
    const id = 'id' in which ? which.id : await this.#named(which.meeting);
    if (id === null || (await store.find(id))?.endedAt !== null) throw new ProtocolError('not-found');
    await audit.write({ kind: 'meeting-stopped', meeting: audit.meeting(id), by });
    await store.end(id, now());
    await signaling()?.stop(id);
  }

  /** `minutes` null: calls it off. Throws `not-found` for a server that is none, `draining` where it stops anyway. */
  async setDrain(name: string, minutes: number | null, by: string): Promise<void> {
    const { audit, signaling } = this.#parts;
    const all = await this.#everywhere();
    const found = all.find(({ node }) => node.name === name);
    if (!found) throw new ProtocolError('not-found');
    if (minutes === null && found.part?.figures.drain.final) throw new ProtocolError('draining');
    await audit.write({ kind: 'drain', node: name, on: minutes !== null, by });
    await signaling()?.drain(found.node.id, minutes);
  }

  async #everywhere(): Promise<readonly { readonly node: Node; readonly part: NodePart | null }[]> {
    const told = (await this.#parts.signaling()?.everywhere()) ?? [];
    return told.map(({ node, about }) => ({ node, part: nodePart.safeParse(about).data ?? null }));
  }

  async #named(tag: string): Promise<MeetingId | null> {
    const { audit } = this.#parts;
    const meetings = (await this.#everywhere()).flatMap(({ part }) => part?.meetings ?? []);
    return meetings.find(({ id }) => audit.meeting(id) === tag)?.id ?? null;
  }
}
