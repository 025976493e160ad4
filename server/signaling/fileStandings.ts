import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { BlobGate, Standing } from '../blobs/blobs.ts';
import type { Cluster, NodeId } from '../cluster/cluster.ts';
import type { Meetings } from './meetings.ts';

/** Whether a device may have files, asked of the server that owns its meeting. */
export interface FileQuestion {
  readonly about: 'files';
  readonly meeting: MeetingId;
  readonly device: DeviceKey;
}

export interface FileStandingsParts {
  readonly cluster: Pick<Cluster, 'self' | 'nodes'>;
  readonly meetings: Pick<Meetings, 'current'>;
  readonly ask: (node: NodeId, question: FileQuestion) => Promise<unknown>;
}

/** What devices may do with the files of their meetings, by the word of whichever server runs the meeting. */
export class FileStandings implements BlobGate {
  readonly #parts: FileStandingsParts;

  constructor(parts: FileStandingsParts) {
    this.#parts = parts;
  }

  get self(): NodeId {
    return this.#parts.cluster.self;
  }

  /** In a meeting that this server runs. */
  async here({ meeting, device }: Pick<FileQuestion, 'meeting' | 'device'>): Promise<Standing> {
    const runtime = await this.#parts.meetings.current(meeting);
    return {
      isMember: runtime?.stayOf(device) != null,
      maySend: runtime?.may(device, 'files') ?? false,
    };
  }

  /** `node` is the server that ran the meeting when the device asked for a file. Throws ProtocolError `unavailable`. */
  async standing({ meeting, device, node }: Parameters<BlobGate['standing']>[0]): Promise<Standing> {
    const { ask, cluster } = this.#parts;
    if (node === this.self) return this.here({ meeting, device });
    // A server that is gone cannot say; the device asks the meeting's next owner for another token.
    if (!cluster.nodes().some(({ id }) => id === node)) return { isMember: false, maySend: false };
    // As `here` answers at the other end.
    return (await ask(node, { about: 'files', meeting, device })) as Standing;
  }
}
