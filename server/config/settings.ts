import { z } from 'zod';
import { createRules } from '../../shared/protocol/accounts.ts';
import { isVersion } from '../policies/policies.ts';
import {
  announced,
  claimTest,
  databaseUrl,
  host,
  issuer,
  networks,
  permission,
  presetList,
  proxies,
  publicUrl,
  publishedReportKey,
  rates,
  redisUrl,
  regions,
  roleRules,
  turnUrls,
  wholeNumber,
} from './forms.ts';

/** What is wrong with one setting, and what to write instead. `message` is for the administrator. */
export class ConfigError extends Error {
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${setting} ${problem}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}

interface Setting {
  readonly schema: z.ZodType<unknown, string>;
  readonly default?: string;
  readonly documentation: string;
  /** One of the at most ten that a usual site touches. */
  readonly usual?: true;
  /** Never shown. */
  readonly secret?: true;
}

/**
 * Every setting: its form, its default where it has one, and what it does. `documentation` is what
 * `npm start -- --help` prints.
 */
export const settings = {
  SEALROOM_PORT: {
    usual: true,
    schema: wholeNumber(0, 65_535),
    default: '8080',
    documentation: 'Port of page and signalling (TCP). 0 takes any free one.',
  },
  SEALROOM_HOST: {
    schema: host,
    documentation:
      'Address to listen on. Default: this machine only (127.0.0.1) without TLS, every address with TLS. Behind a reverse proxy on another machine or in a container: 0.0.0.0.',
  },
  SEALROOM_PUBLIC_URL: {
    usual: true,
    schema: publicUrl,
    documentation: 'The address people open, where it differs from the one listened on.',
  },
  SEALROOM_DATA: {
    usual: true,
    schema: z.string().min(1, 'must name a folder.'),
    default: './data',
    documentation: 'Folder of the database and of certificates made by --lan.',
  },
  SEALROOM_DATABASE_URL: {
    secret: true,
    schema: databaseUrl,
    documentation:
      'PostgreSQL database to use instead of the file in the data folder: postgres://user:password@host/name. Over a network add ?sslmode=verify-full.',
  },
  SEALROOM_SITE_LIST: {
    schema: z.string().min(1, 'must name the file that npm run site:sign wrote.'),
    documentation:
      "List of the site's servers and their regions, signed by the operator, for meetings whose media may pass certain regions only. With SEALROOM_NODE_NAME.",
  },
  SEALROOM_RESIDENCY: {
    schema: regions,
    documentation:
      'Regions that the media of every meeting has to stay in, separated by commas; founders may choose fewer of them. With SEALROOM_SITE_LIST. Default: anywhere.',
  },
  SEALROOM_REDIS_URL: {
    secret: true,
    schema: redisUrl,
    documentation:
      'Redis that joins several servers to one site, redis://:password@host or rediss://. They share SEALROOM_DATABASE_URL and the file site-key.pem in their data folders.',
  },
  SEALROOM_TLS_CERT: {
    usual: true,
    schema: z.string().min(1, 'must name a PEM file with the certificate chain.'),
    documentation: 'PEM file of the certificate chain; with SEALROOM_TLS_KEY the server speaks HTTPS itself.',
  },
  SEALROOM_TLS_KEY: {
    usual: true,
    schema: z.string().min(1, 'must name a PEM file with the private key.'),
    documentation: 'PEM file of the private key.',
  },
  SEALROOM_ANNOUNCED_ADDRESS: {
    usual: true,
    schema: announced,
    documentation:
      'Address at which browsers reach the media ports, where this machine does not carry it itself (NAT, containers). At most one IPv4 address or host name and one IPv6 address.',
  },
  SEALROOM_MEDIA_PORT: {
    schema: wholeNumber(0, 65_535),
    default: '44400',
    documentation:
      'First media port (UDP and TCP). Worker number i uses this port + i. 0 takes any free ones.',
  },
  SEALROOM_WORKERS: {
    schema: wholeNumber(1, 256),
    documentation: 'Media worker processes. Default: one per processor core.',
  },
  SEALROOM_NODE_NAME: {
    schema: z.string().max(60, 'must be at most 60 characters.'),
    documentation: 'What people in a meeting read as the name of this media server, for example taipei-1.',
  },
  SEALROOM_REGION: {
    schema: z.string().max(60, 'must be at most 60 characters.'),
    documentation:
      'Where this media server is, for people to read, for example Taipei. With SEALROOM_NODE_NAME.',
  },
  SEALROOM_NODE_ADDRESS: {
    schema: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address.' }),
    documentation:
      'IP address at which the other servers of the site reach the media of this one (UDP, first media port + 1000 to + 1999). Default: the announced address, else its own.',
  },
  SEALROOM_LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'must be one of silent, error, warn, info, debug, trace.',
    }),
    default: 'info',
    documentation: 'How much is logged. Network addresses appear from debug on, never above.',
  },
  SEALROOM_TURN_URLS: {
    usual: true,
    schema: turnUrls,
    documentation: 'TURN servers for networks that block the media ports, separated by commas.',
  },
  SEALROOM_TURN_SECRET: {
    secret: true,
    usual: true,
    schema: z.string().min(16, 'must be the shared secret of the TURN servers, at least 16 characters.'),
    documentation: 'Shared secret of the TURN servers (coturn: static-auth-secret).',
  },
  SEALROOM_FILE_MAX: {
    schema: wholeNumber(0, 1024),
    default: '1024',
    documentation: 'Largest file people may send, in MiB. 0 switches files off.',
  },
  SEALROOM_FILES_MEETING: {
    schema: wholeNumber(1, 1_048_576),
    default: '4096',
    documentation: 'Room for the files of one meeting, in MiB; one person may take up half of it.',
  },
  SEALROOM_FILES_TOTAL: {
    schema: wholeNumber(1, 1_073_741_824),
    default: '20480',
    documentation:
      'Room for the files of all meetings, in MiB: in the data folder or, where several servers share one, in the database.',
  },
  SEALROOM_FILES_HOURS: {
    schema: wholeNumber(1, 720),
    default: '24',
    documentation: 'How long a file is kept, in hours. With the end of its meeting it goes at once.',
  },
  SEALROOM_TRUSTED_PROXIES: {
    schema: proxies,
    default: 'loopback',
    documentation:
      'Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses, networks, or loopback, linklocal, uniquelocal.',
  },
  SEALROOM_REPORT_KEY: {
    usual: true,
    schema: publishedReportKey,
    documentation:
      'Public key that reports are sealed to, made by npm run report:keys. Without it nobody can report.',
  },
  SEALROOM_CREATE: {
    usual: true,
    schema: z.enum(createRules, { error: 'must be anyone or signed-in.' }),
    default: 'anyone',
    documentation:
      'Who may create meetings: anyone, or signed-in people only (see SEALROOM_OIDC_ISSUER and npm run hosts:invite).',
  },
  SEALROOM_OIDC_ISSUER: {
    schema: issuer,
    documentation:
      'Identity provider for sign-in (OpenID Connect), as it names itself. Redirect address to register there: <address people open>/api/account/provider/callback.',
  },
  SEALROOM_OIDC_CLIENT_ID: {
    schema: z.string().max(200, 'must be at most 200 characters.'),
    documentation: 'Client id of this site at the identity provider.',
  },
  SEALROOM_OIDC_CLIENT_SECRET: {
    secret: true,
    schema: z.string().max(1_024, 'must be at most 1024 characters.'),
    documentation: 'Client secret of this site at the identity provider; none for a public client.',
  },
  SEALROOM_OIDC_NAME: {
    schema: z.string().max(60, 'must be at most 60 characters.'),
    documentation:
      'What people call that sign-in, for example "Ministry account". Default: host name of the provider.',
  },
  SEALROOM_OIDC_GROUP: {
    schema: claimTest,
    documentation:
      'Claim of the id_token that everyone who signs in must have, for example groups=staff. Default: none.',
  },
  SEALROOM_OIDC_ROLES: {
    schema: roleRules,
    documentation:
      'Roles by claims of the id_token, separated by commas: groups=teachers:host,groups=it:admin. Who matches none signs in without the right to create meetings. Default: everyone who signs in is host.',
  },
  SEALROOM_REPORT_DAYS: {
    schema: wholeNumber(1, 3_650),
    default: '90',
    documentation: 'Days after which a report is deleted.',
  },
  SEALROOM_METRICS_TOKEN: {
    secret: true,
    schema: z.string().regex(/^\S{16,}$/, 'must be at least 16 characters without blanks.'),
    documentation:
      'What Prometheus presents as its bearer token at /api/metrics. Without it, programs on this machine may read them.',
  },
  SEALROOM_PRESETS: {
    schema: presetList,
    default: 'open,moderated,classroom,webinar',
    documentation: 'Kinds of meetings that may be founded.',
  },
  SEALROOM_GUESTS: {
    schema: permission,
    default: 'allowed',
    documentation: 'Whether people may come to meetings who are not signed in.',
  },
  SEALROOM_NETWORKS: {
    schema: networks,
    documentation:
      'Networks from which people may take part, separated by commas. Default: every one. Behind a proxy see SEALROOM_TRUSTED_PROXIES.',
  },
  SEALROOM_MIN_VERSION: {
    schema: z.string().refine(isVersion, 'must be a version of Sealroom, for example 0.1.0.'),
    documentation: 'Oldest page that may take part; older ones are told to reload.',
  },
  SEALROOM_KEEP_DAYS: {
    schema: wholeNumber(1, 3_650),
    default: '90',
    documentation: 'Days after which the records of an ended meeting are deleted.',
  },
  SEALROOM_DRAIN_MINUTES: {
    schema: wholeNumber(0, 1_440),
    default: '120',
    documentation: 'Longest time that a server told to drain (SIGUSR2) waits for its meetings to end.',
  },
  SEALROOM_MEETING_SIZE: {
    schema: wholeNumber(2, 3_000),
    default: '3000',
    documentation: 'Most connections to one meeting, waiting ones included.',
  },
  SEALROOM_LIMITS: {
    schema: rates,
    documentation:
      'How often one connection or one address may ask for what, where it differs from the limits in server/signaling/limits.ts: name=burst/perSecond, separated by commas, for example knocksPerAddress=100/2.',
  },
  SEALROOM_RECORDING: {
    schema: permission,
    default: 'allowed',
    documentation:
      'Whether anybody may record by the page, hosts too. With refused, no rules give the right, and the server takes no record that somebody records.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type SettingValue<Name extends SettingName> = z.infer<(typeof settings)[Name]['schema']>;

/** One setting out of the environment; undefined where neither set nor defaulted. Throws ConfigError. */
export function readSetting<Name extends SettingName>(
  name: Name,
  environment: Readonly<Record<string, string | undefined>>,
): SettingValue<Name> | undefined {
  const setting = settings[name];
  const given = environment[name]?.trim();
  const text = given ? given : 'default' in setting ? setting.default : undefined;
  if (text === undefined) return undefined;
  const parsed = setting.schema.safeParse(text);
  if (!parsed.success) throw new ConfigError(name, parsed.error.issues[0]?.message ?? 'is not valid.');
  // The table's own schema produced the value; TypeScript does not relate an indexed schema to its output.
  return parsed.data as SettingValue<Name>;
}
