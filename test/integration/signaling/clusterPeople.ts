import { foundMeeting } from '../../../server/meeting/found.ts';
import { KyselyStore } from '../../../server/store/kyselyStore.ts';
import { openSite } from '../../../server/store/open.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { type ClusterNode, ClusterSite } from '../../support/clusterSite.ts';
import { pause } from '../../support/until.ts';
import { AT, crypto, Script } from '../../unit/records/signing.ts';
import { Client, type Person } from './client.ts';
import { type Gathering, knockRequest, type MeetingPlace } from './meeting.ts';

/** A site of several real servers, and people who connect to one or another. */
export class ClusterPeople {
  readonly site: ClusterSite;
  readonly store: KyselyStore;
  readonly #clients: Client[] = [];

  private constructor(site: ClusterSite, store: KyselyStore) {
    this.site = site;
    this.store = store;
  }

  static async start(): Promise<ClusterPeople> {
    const site = await ClusterSite.start();
    const tables = await openSite({ dataDir: '', databaseUrl: site.databaseUrl });
    return new ClusterPeople(site, new KyselyStore(tables));
  }

  /** The site as somebody sees it who is connected to one of its servers. */
  at({ port }: ClusterNode): MeetingPlace {
    return {
      meeting: async (policy = presetPolicy('moderated')) => {
        const script = new Script(policy);
        await foundMeeting(this.store, crypto, script.records, AT);
        return script;
      },
      connect: (meeting) => {
        const client = new Client(port, { protocol: PROTOCOL_VERSION, meeting });
        this.#clients.push(client);
        return client;
      },
    };
  }

  /** A member that is connected to a server. */
  async enter(gathering: Gathering, node: ClusterNode): Promise<Person> {
    const { meeting, host } = gathering;
    const person = await this.at(node).connect(meeting).identify(meeting);
    const { knockId } = await person.client.ask('lobby:knock', knockRequest(gathering, person));
    await gathering.append(host.signer, { type: 'admit', devices: [person.device] });
    await gathering.commit(host, [knockId]);
    await person.client.until('lobby:welcome');
    return person;
  }

  /** Comes back as a browser does: tries until a server takes it. */
  async comeBack({ signer, client, meeting }: Person, node: ClusterNode): Promise<Person> {
    await client.untilClosed();
    for (;;) {
      const again = this.at(node).connect(meeting);
      const inside = await Promise.race([
        again.identify(meeting, signer).catch(() => null),
        again.refusedAtDoor().then(() => null),
        again.untilClosed().then(() => null),
      ]);
      if (inside) return inside;
      again.close();
      await pause(100);
    }
  }

  /** All of them leave. */
  hangUp(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }

  async close(): Promise<void> {
    this.hangUp();
    await this.store.close();
    await this.site.close();
  }
}
