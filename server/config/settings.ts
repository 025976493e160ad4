import { z } from 'zod';
import { reportKey } from '../../shared/ids.ts';
import { accountRole, createRules } from '../../shared/protocol/accounts.ts';

/** What is wrong with one setting, and what to write instead. `message` is for the administrator. */
export class ConfigError extends Error {
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${setting} ${problem}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}

function wholeNumber(minimum: number, maximum: number) {
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

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1, 'has an empty entry: separate the entries by single commas.')));

const host = z
  .string()
  .refine(isAddress, 'must be an IP address or a host name of this machine, for example 127.0.0.1 or ::.');

const publicUrl = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/',
    'must be the address people open, without a path, for example https://meet.example.org.',
  )
  .transform((text) => new URL(text).origin);

const announced = list
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

const turnUrls = list.refine(
  (entries) => entries.every((entry) => /^turns?:[^\s?]+(\?transport=(udp|tcp))?$/.test(entry)),
  'must be TURN addresses separated by commas, for example turn:turn.example.org:3478?transport=udp.',
);

const publishedReportKey = z
  .string()
  .refine(
    (text) => reportKey.safeParse(text).success,
    'must be the one line of the file report-key.public.txt that npm run report:keys wrote.',
  )
  .pipe(reportKey);

/** `groups=teachers`: a claim of the provider, and the value it must hold. */
const claimTest = z
  .string()
  .regex(/^[^=\s]+=[^=]+$/, 'must be a claim and its value, for example groups=teachers.')
  .transform((text) => {
    const mark = text.indexOf('=');
    return { claim: text.slice(0, mark), value: text.slice(mark + 1) };
  });

const roleRules = list
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

const issuer = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) &&
      (text.startsWith('https://') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(text)),
    'must be the https:// address of the identity provider, exactly as it names itself.',
  );

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
    documentation: 'Room for the files of all meetings in the data folder, in MiB.',
  },
  SEALROOM_FILES_HOURS: {
    schema: wholeNumber(1, 720),
    default: '24',
    documentation: 'How long a file is kept, in hours. With the end of its meeting it goes at once.',
  },
  SEALROOM_TRUSTED_PROXIES: {
    schema: list,
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
