import { afterAll, beforeAll } from 'vitest';
import type { Equipment } from './browser.ts';
import { keepEvidence } from './failure.ts';
import { Person } from './person.ts';
import type { TestServer } from './server.ts';

/** Who comes, and with what. */
type Arrival = string | ({ readonly name: string } & Equipment);

/** A server and the people who come to it. */
export interface Company<Server> {
  readonly server: Server;
  /** In the order in which they came, those who left included. */
  readonly everyone: readonly Person[];
  /** Opens a browser for each, with a clip that nobody else has as long as there are four. */
  arrive<const Arrivals extends readonly Arrival[]>(
    ...arrivals: Arrivals
  ): Promise<{ [Index in keyof Arrivals]: Person }>;
}

/**
 * Starts a server before the tests of a file, and closes it and everyone's browser after them. What everyone saw is
 * kept where a test fails. Call at the top of a test file.
 */
export function useCompany<Server extends Pick<TestServer, 'port' | 'logs' | 'close'>>(
  start: () => Promise<Server>,
): Company<Server> {
  const everyone: Person[] = [];
  let came = 0;
  let server: Server | null = null;
  const started = () => {
    if (server === null) throw new Error('the server starts before the first test');
    return server;
  };

  keepEvidence(
    () => everyone,
    () => server ?? undefined,
  );
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await Promise.all(everyone.map((person) => person.close()));
    await server?.close();
  });

  return {
    get server() {
      return started();
    },
    everyone,
    arrive: async (...arrivals) => {
      const people = await Promise.all(
        arrivals.map(async (arrival) => {
          const { name, ...equipment } = typeof arrival === 'string' ? { name: arrival } : arrival;
          const person = await Person.arrive(name, came++ % 4, started(), equipment);
          everyone.push(person);
          return person;
        }),
      );
      // One for each, in the same order.
      return people as { [Index in keyof typeof arrivals]: Person };
    },
  };
}

/** The host starts a moderated meeting and lets the guests in; returns its link. */
export async function gather(host: Person, ...guests: readonly Person[]): Promise<string> {
  const link = await host.startMeeting();
  await Promise.all(guests.map((guest) => guest.ask(link)));
  for (const guest of guests) await host.admit(guest.name);
  await Promise.all(guests.map((guest) => guest.inside()));
  return link;
}
