import type { Config } from '../../server/config/config.ts';
import { freePort } from './childServer.ts';
import { chromiumPath } from './chromium.ts';
import type { Household } from './household.ts';
import { Internet } from './namespace.ts';
import { keepPeers } from './peers.ts';
import { Person } from './person.ts';
import { startTestServer, type TestServer } from './server.ts';
import { openTrust } from './trust.ts';

/** Two people, each in a household of their own, in a meeting of a site with HTTPS. */
export interface Apart {
  readonly internet: Internet;
  readonly server: TestServer;
  readonly ann: Person;
  readonly bob: Person;
  readonly bobsHome: Household;
  close(): Promise<void>;
}

export interface ApartOptions {
  readonly changes?: Partial<Config>;
  /** Makes the lines what they are to be at the start. */
  readonly lines?: (internet: Internet, homes: { readonly ann: Household; readonly bob: Household }) => void;
}

/** Media runs by IPv4 and IPv6 at the site's addresses. Needs what `namespacesRefused` asks for. */
export async function meetApart({ changes, lines }: ApartOptions = {}): Promise<Apart> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each();
  };
  try {
    const internet = Internet.open(({ site }) => ({ 'meet.test': site }));
    opened.push(() => internet.close());
    const trust = await openTrust(['meet.test']);
    opened.push(() => trust.close());
    const { v4, v6 } = internet.site;
    const port = await freePort();
    const url = `https://meet.test:${port}`;
    const server = await startTestServer(
      {},
      {
        host: '::',
        port,
        publicUrl: url,
        tls: { certFile: trust.certFile, keyFile: trust.keyFile },
        media: { announced: [], listen: [v4, v6], port: 0, workers: 1, turn: null },
        ...changes,
      },
    );
    opened.push(() => server.close());
    const homes = { ann: internet.household(), bob: internet.household() };
    lines?.(internet, homes);
    const arrive = async (name: string, sender: number, home: Household) => {
      const program = home.launcher(chromiumPath);
      const person = await Person.arrive(name, sender, server, {
        surroundings: { program, env: trust.home() },
      });
      opened.push(() => person.close());
      await keepPeers(person.page);
      return person;
    };
    const [ann, bob] = await Promise.all([
      arrive('Annemarie', 0, homes.ann),
      arrive('Bertrand', 1, homes.bob),
    ]);
    const link = await ann.startMeeting('Open', url);
    await bob.open(link);
    await bob.button('Join now').click();
    await bob.inside();
    await Promise.all([ann.watch(), bob.watch()]);
    return { internet, server, ann, bob, bobsHome: homes.bob, close };
  } catch (error) {
    await close();
    throw error;
  }
}
