import { z } from 'zod';
import { reportKey } from '../../shared/ids.ts';
import { preset } from '../../shared/policy.ts';
import { accountRole } from '../../shared/protocol/accounts.ts';
import { isNetwork } from '../policies/policies.ts';
import type { BucketSize } from '../signaling/bucket.ts';
import { defaultRates, type RateName } from '../signaling/limits.ts';

// How the values of settings are written. Each says in a sentence what is right; see `settings`.

/** A whole number within bounds. */
export function wholeNumber(minimum: number, maximum: number) {
  const fix = `must be a whole number from ${minimum} to ${maximum}.`;
  return z
    .string()
    .regex(/^\d+$/, fix)
    .transform(Number)
    .pipe(z.number().min(minimum, fix).max(maximum, fix));
}

const hostname =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** An IP address, or a host name. */
export function isAddress(text: string): boolean {
  return hostname.test(text) || z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success;
}

export const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1, 'has an empty entry: separate the entries by single commas.')));

export const host = z
  .string()
  .refine(isAddress, 'must be an IP address or a host name of this machine, for example 127.0.0.1 or ::.');

export const publicUrl = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/',
    'must be the address people open, without a path, for example https://meet.example.org.',
  )
  .transform((text) => new URL(text).origin);

export const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1,
    'must be a PostgreSQL address with a database, for example postgres://sealroom:password@db.example.org/sealroom.',
  );

export const redisUrl = z
  .string()
  .refine(
    (text) => /^rediss?:\/\//.test(text) && URL.canParse(text),
    'must be the address of a Redis server, for example rediss://:password@redis.example.org:6379.',
  );

const namedNetworks = new Set(['loopback', 'linklocal', 'uniquelocal']);

export const proxies = list.refine(
  (entries) => entries.every((entry) => namedNetworks.has(entry) || isNetwork(entry)),
  'must be addresses, networks, loopback, linklocal or uniquelocal, separated by commas, for example loopback,10.0.0.0/8.',
);

export const announced = list
  .refine(
    (entries) => entries.every(isAddress),
    'must be the public IP address or host name of this machine, for example 203.0.113.7.',
  )
  .refine(
    (entries) =>
      entries.filter((entry) => entry.includes(':')).length <= 1 &&
      entries.filter((entry) => !entry.includes(':')).length <= 1,
    'takes at most one IPv6 address and one IPv4 address or host name, separated by a comma.',
  );

export const turnUrls = list.refine(
  (entries) => entries.every((entry) => /^turns?:[^\s?]+(\?transport=(udp|tcp))?$/.test(entry)),
  'must be TURN addresses separated by commas, for example turn:turn.example.org:3478?transport=udp.',
);

export const publishedReportKey = z
  .string()
  .refine(
    (text) => reportKey.safeParse(text).success,
    'must be the one line of the file report-key.public.txt that npm run report:keys wrote.',
  )
  .pipe(reportKey);

/** `groups=teachers`: a claim of the provider, and the value it must hold. */
export const claimTest = z
  .string()
  .regex(/^[^=\s]+=[^=]+$/, 'must be a claim and its value, for example groups=teachers.')
  .transform((text) => {
    const mark = text.indexOf('=');
    return { claim: text.slice(0, mark), value: text.slice(mark + 1) };
  });

export const roleRules = list
  .refine(
    (entries) => entries.every((entry) => /^[^=\s]+=[^=]+:(member|host|admin)$/.test(entry)),
    'must be claims with the role they give, for example groups=teachers:host,groups=it:admin.',
  )
  .transform((entries) =>
    entries.map((entry) => {
      const [test = '', role = ''] = [entry.slice(0, entry.lastIndexOf(':')), entry.split(':').at(-1)];
      const mark = test.indexOf('=');
      return { claim: test.slice(0, mark), value: test.slice(mark + 1), role: accountRole.parse(role) };
    }),
  );

export const issuer = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) &&
      (text.startsWith('https://') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(text)),
    'must be the https:// address of the identity provider, exactly as it names itself.',
  );

export const presetList = list
  .refine(
    (entries) => entries.every((entry) => preset.safeParse(entry).success),
    'must be kinds of meetings separated by commas, of open, moderated, classroom, webinar.',
  )
  .transform((entries) => entries.map((entry) => preset.parse(entry)));

export const regions = list
  .refine(
    (entries) => entries.length <= 16 && entries.every((entry) => entry.length <= 60),
    'must be at most 16 regions of the signed list, separated by commas, for example Taipei,Hsinchu.',
  )
  .transform((entries) => [...new Set(entries)].sort());

export const networks = list.refine(
  (entries) => entries.every(isNetwork),
  'must be networks separated by commas, for example 192.0.2.0/24,2001:db8::/32.',
);

export const permission = z.enum(['allowed', 'refused'], { error: 'must be allowed or refused.' });

const rate = z
  .string()
  .regex(
    /^[A-Za-z]+=\d+(\.\d+)?\/\d+(\.\d+)?$/,
    'must be name=burst/perSecond entries separated by commas, for example commits=60/10,knocksPerAddress=100/2.',
  )
  .transform((text) => {
    const [name = '', burst = '', perSecond = ''] = text.split(/[=/]/);
    return { name, size: { burst: Number(burst), perSecond: Number(perSecond) } };
  })
  .refine(
    ({ name }) => Object.hasOwn(defaultRates, name),
    `names a limit that there is none of; there are ${Object.keys(defaultRates).join(', ')}.`,
  )
  .refine(
    ({ size }) => size.burst >= 1 && size.perSecond > 0,
    'must let at least one through at once and some each second; to close a door use the policies.',
  );

/** Limits that differ from `defaultRates`. */
export const rates = list
  .pipe(z.array(rate))
  .transform(
    (entries): Partial<Record<RateName, BucketSize>> =>
      Object.fromEntries(entries.map(({ name, size }) => [name, size])),
  );
