import { z } from 'zod';

// What `npm run doctor` and the page of administrators find. Codes and figures only: the words are beside this file, in
// each language.

const text = z.string();
const number = z.number();

const found = <Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) =>
  z.strictObject({ code: z.literal(code), ...shape });

/** A media port as browsers are told it. */
const place = z.strictObject({ protocol: z.enum(['udp', 'tcp']), address: text, port: number });
export type MediaPlace = z.infer<typeof place>;
/** Packets sent and come back; the time of a round where it was measured. */
const packets = { place, sent: number, back: number, rttMs: number.nullable() };
/** What the system or another program said, in its own words. */
const reason = { reason: text };

/** How a PostgreSQL that answers refuses. */
export const databaseRefusals = ['password', 'user', 'missing', 'rights', 'other'] as const;
export type DatabaseRefusal = (typeof databaseRefusals)[number];

const codes = z.discriminatedUnion('code', [
  found('folder-ready', { folder: text }),
  found('folder-new', { folder: text }),
  found('folder-closed', { folder: text }),

  found('disk-free', { gib: number, folder: text }),
  found('disk-low', { gib: number, folder: text }),

  found('database-new', {}),
  found('database-whole', {}),
  found('database-damaged', reason),
  found('database-closed', reason),
  found('postgres-answers', {}),
  found('postgres-silent', {}),
  found('postgres-refuses', { why: z.enum(databaseRefusals), ...reason }),

  found('redis-answers', {}),
  found('redis-forgets', { policy: text }),
  found('redis-silent', reason),

  found('page-built', {}),
  found('page-unbuilt', {}),

  found('port-ours', { url: text }),
  found('port-free', { port: number }),
  /** With TLS: whoever answers is not asked. */
  found('port-in-use', { port: number }),
  found('port-taken', { host: text, port: number, ...reason }),

  found('certificate-valid', { days: number }),
  found('certificate-ends', { days: number }),
  found('certificate-expired', { days: number }),
  found('certificate-other-name', { host: text }),
  found('certificate-not-taken-up', {}),
  /** `still`: the running server goes on with the one before. */
  found('certificate-foreign-key', { still: z.boolean() }),
  found('certificate-unusable', { still: z.boolean(), ...reason }),

  found('address-answers', { url: text }),
  found('address-unset', {}),
  found('address-plain', { url: text }),
  found('address-unknown', { host: text }),
  found('address-no-socket', { url: text, path: text }),
  found('address-stopped', {}),
  found('address-silent', { url: text }),
  found('address-another', { url: text }),

  found('provider-answers', { issuer: text, keys: number }),
  found('provider-none', {}),
  found('provider-silent', { issuer: text }),

  /** Beside the identity provider's. */
  found('clock-right', { seconds: number }),
  found('clock-off', { seconds: number }),
  found('clock-kept', {}),
  found('clock-unkept', {}),

  found('buffers-large', {}),
  found('buffers-small', { settings: z.array(text), bytes: number }),
  found('buffers-unread', {}),

  found('media-address', { addresses: z.array(text) }),
  found('media-address-translated', { addresses: z.array(text), seen: text }),
  found('media-address-local', { addresses: z.array(text) }),
  found('media-address-unknown', reason),

  found('worker-starts', {}),
  found('worker-missing', {}),
  found('worker-fails', reason),

  found('media-call', packets),
  found('media-losses', packets),
  found('media-port-taken', { port: number, ...reason }),
  found('media-on-free-port', {}),
  found('media-silent', { place }),
  /** An announced address that this machine does not reach from within. */
  found('media-not-from-inside', { place }),
  found('media-no-connection', { place }),

  found('turn-none', {}),
  found('turn-relay', { url: text }),
  found('turn-call', { url: text, sent: number, back: number }),
  found('turn-no-address', { url: text }),
  found('turn-passes-nothing', { url: text }),
  found('turn-does-not-reach', { url: text, address: text, port: number }),
  found('turn-credentials', { url: text }),
  found('turn-no-relay', { url: text, ...reason }),
]);
export type Found = z.infer<typeof codes>;

/** `green`: holds; `amber`: works, and something is worth knowing; `red`: people will notice. */
const states = ['green', 'amber', 'red'] as const;
export type State = (typeof states)[number];

/** One thing looked at. */
export const finding = z.strictObject({ state: z.enum(states), found: codes });
export type Finding = z.infer<typeof finding>;

/** A finding in words: what was looked at, how it is, and what to do about it; null where that is nothing. */
export interface FindingWords {
  readonly name: string;
  readonly says: string;
  readonly fix: string | null;
}
