import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { ReportKey } from '../../shared/ids.ts';
import type { NodeLabel } from '../../shared/protocol/rest.ts';
import type { Residency } from '../../shared/residency.ts';
import type { AccountsConfig } from '../accounts/accounts.ts';
import type { ProviderConfig } from '../accounts/provider.ts';
import { readSignedList } from '../cluster/signedList.ts';
import type { PoliciesConfig } from '../policies/policies.ts';
import type { Rates } from '../signaling/limits.ts';
import { ConfigError, readSetting, type SettingValue } from './settings.ts';
import { type Environment, located, readSource } from './source.ts';

export { ConfigError } from './settings.ts';

export interface TlsConfig {
  /** Absolute paths of PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ClusterConfig {
  readonly redisUrl: string;
  /** Name of this server. */
  readonly node: string;
}

export interface TurnConfig {
  readonly urls: readonly string[];
  readonly secret: string;
}

export interface MediaConfig {
  /** Addresses to tell browsers instead of this machine's own; empty for its own. */
  readonly announced: readonly string[];
  /** Addresses to listen on; null for loopback and every interface. Not a setting: tests stay on loopback with it. */
  readonly listen: readonly string[] | null;
  /** IP address at which the other servers of a site reach this one's media; by default one of those above. */
  readonly nodeAddress?: string;
  /** First port, UDP and TCP; 0 for any free ones. */
  readonly port: number;
  readonly workers: number;
  readonly turn: TurnConfig | null;
}

/** Sealed files; sizes in bytes of a file, time in milliseconds. */
export interface FilesConfig {
  readonly fileBytes: number;
  readonly meetingBytes: number;
  readonly totalBytes: number;
  readonly keepMs: number;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Origin people open, or null for the one listened on. */
  readonly publicUrl: string | null;
  /** Absolute path. */
  readonly dataDir: string;
  /** PostgreSQL's connection string; null for SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** Path of the operator's signed list of servers. */
  readonly siteList: string | null;
  /** Several servers as one site; null for a single one. */
  readonly cluster: ClusterConfig | null;
  readonly tls: TlsConfig | null;
  readonly media: MediaConfig;
  readonly files: FilesConfig;
  readonly logLevel: SettingValue<'SEALROOM_LOG_LEVEL'>;
  readonly trustedProxies: readonly string[];
  /** What reports are sealed to, or null where this site takes none. */
  readonly reportKey: ReportKey | null;
  readonly accounts: AccountsConfig;
  /** How long reports are kept. */
  readonly reportDays: number;
  /** How long a drain waits for meetings to end, in milliseconds. */
  readonly drainMs: number;
  readonly policies: PoliciesConfig;
  /** Limits that differ from the usual ones. */
  readonly rates: Partial<Rates>;
  /** What people are told of where their media passes; null for no name. */
  readonly node: NodeLabel | null;
  /** Null: for this machine only. */
  readonly metricsToken: string | null;
}

const oidcDetails = [
  'SEALROOM_OIDC_CLIENT_ID',
  'SEALROOM_OIDC_CLIENT_SECRET',
  'SEALROOM_OIDC_NAME',
  'SEALROOM_OIDC_GROUP',
  'SEALROOM_OIDC_ROLES',
] as const;

function readable(setting: string, file: string): string {
  const path = resolve(file);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new ConfigError(setting, `names ${file}, which cannot be read.`);
  }
  return path;
}

function readTls(environment: Environment): TlsConfig | null {
  const cert = readSetting('SEALROOM_TLS_CERT', environment);
  const key = readSetting('SEALROOM_TLS_KEY', environment);
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined) throw new ConfigError('SEALROOM_TLS_CERT', 'is missing: SEALROOM_TLS_KEY is set.');
  if (key === undefined) throw new ConfigError('SEALROOM_TLS_KEY', 'is missing: SEALROOM_TLS_CERT is set.');
  return { certFile: readable('SEALROOM_TLS_CERT', cert), keyFile: readable('SEALROOM_TLS_KEY', key) };
}

function readSiteListPath(environment: Environment): string | null {
  const file = readSetting('SEALROOM_SITE_LIST', environment);
  if (file === undefined) return null;
  if (readNode(environment) === null) {
    throw new ConfigError('SEALROOM_NODE_NAME', 'is missing: SEALROOM_SITE_LIST is set.');
  }
  return readable('SEALROOM_SITE_LIST', file);
}

function readResidency(environment: Environment): Residency | null {
  const regions = readSetting('SEALROOM_RESIDENCY', environment);
  if (regions === undefined) return null;
  const file = readSiteListPath(environment);
  if (file === null) throw new ConfigError('SEALROOM_SITE_LIST', 'is missing: SEALROOM_RESIDENCY is set.');
  const signed = readSignedList(file);
  if (!signed) {
    throw new ConfigError(
      'SEALROOM_SITE_LIST',
      `names ${file}, which is no list that npm run site:sign wrote.`,
    );
  }
  const listed = [...new Set(signed.nodes.map(({ region }) => region))].sort();
  const unlisted = regions.find((region) => !listed.includes(region));
  if (unlisted !== undefined) {
    throw new ConfigError(
      'SEALROOM_RESIDENCY',
      `names ${unlisted}, where no server of ${file} is: it has ${listed.join(', ')}.`,
    );
  }
  return { operator: signed.list.operator, regions };
}

function readCluster(environment: Environment): ClusterConfig | null {
  const redisUrl = readSetting('SEALROOM_REDIS_URL', environment);
  if (redisUrl === undefined) return null;
  if (readSetting('SEALROOM_DATABASE_URL', environment) === undefined) {
    throw new ConfigError(
      'SEALROOM_DATABASE_URL',
      'is missing: servers joined by Redis share one PostgreSQL.',
    );
  }
  const node = readNode(environment);
  if (node === null) {
    throw new ConfigError('SEALROOM_NODE_NAME', 'is missing: servers joined by Redis need names.');
  }
  return { redisUrl, node: node.name };
}

function readTurn(environment: Environment): TurnConfig | null {
  const urls = readSetting('SEALROOM_TURN_URLS', environment);
  const secret = readSetting('SEALROOM_TURN_SECRET', environment);
  if (urls === undefined && secret === undefined) return null;
  if (urls === undefined)
    throw new ConfigError('SEALROOM_TURN_URLS', 'is missing: SEALROOM_TURN_SECRET is set.');
  if (secret === undefined)
    throw new ConfigError('SEALROOM_TURN_SECRET', 'is missing: SEALROOM_TURN_URLS is set.');
  return { urls, secret };
}

function readMedia(environment: Environment): MediaConfig {
  const port = readSetting('SEALROOM_MEDIA_PORT', environment) ?? 0;
  const workers = readSetting('SEALROOM_WORKERS', environment) ?? availableParallelism();
  if (port !== 0 && port + workers - 1 > 65_535) {
    throw new ConfigError(
      'SEALROOM_MEDIA_PORT',
      `must be at most ${65_536 - workers}: each of the ${workers} workers takes a port, counting up from it.`,
    );
  }
  const nodeAddress = readSetting('SEALROOM_NODE_ADDRESS', environment);
  return {
    ...(nodeAddress === undefined ? {} : { nodeAddress }),
    announced: readSetting('SEALROOM_ANNOUNCED_ADDRESS', environment) ?? [],
    listen: null,
    port,
    workers,
    turn: readTurn(environment),
  };
}

function readNode(environment: Environment): NodeLabel | null {
  const name = readSetting('SEALROOM_NODE_NAME', environment);
  const region = readSetting('SEALROOM_REGION', environment) ?? null;
  if (name !== undefined) return { name, region };
  if (region === null) return null;
  throw new ConfigError('SEALROOM_NODE_NAME', 'is missing: SEALROOM_REGION is set.');
}

const MIB = 1024 ** 2;

function readFiles(environment: Environment): FilesConfig {
  return {
    fileBytes: (readSetting('SEALROOM_FILE_MAX', environment) ?? 0) * MIB,
    meetingBytes: (readSetting('SEALROOM_FILES_MEETING', environment) ?? 0) * MIB,
    totalBytes: (readSetting('SEALROOM_FILES_TOTAL', environment) ?? 0) * MIB,
    keepMs: (readSetting('SEALROOM_FILES_HOURS', environment) ?? 0) * 3_600_000,
  };
}

function readProvider(environment: Environment): ProviderConfig | null {
  const issuer = readSetting('SEALROOM_OIDC_ISSUER', environment);
  const clientId = readSetting('SEALROOM_OIDC_CLIENT_ID', environment);
  if (issuer === undefined) {
    const orphan = oidcDetails.find((name) => readSetting(name, environment) !== undefined);
    if (orphan === undefined) return null;
    throw new ConfigError('SEALROOM_OIDC_ISSUER', `is missing: ${orphan} is set.`);
  }
  if (clientId === undefined) {
    throw new ConfigError('SEALROOM_OIDC_CLIENT_ID', 'is missing: SEALROOM_OIDC_ISSUER is set.');
  }
  return {
    issuer,
    clientId,
    clientSecret: readSetting('SEALROOM_OIDC_CLIENT_SECRET', environment) ?? null,
    name: readSetting('SEALROOM_OIDC_NAME', environment) ?? new URL(issuer).hostname,
    group: readSetting('SEALROOM_OIDC_GROUP', environment) ?? null,
    roles: readSetting('SEALROOM_OIDC_ROLES', environment) ?? [],
  };
}

function readPolicies(environment: Environment): PoliciesConfig {
  return {
    presets: readSetting('SEALROOM_PRESETS', environment) ?? [],
    guests: readSetting('SEALROOM_GUESTS', environment) !== 'refused',
    networks: readSetting('SEALROOM_NETWORKS', environment) ?? [],
    minVersion: readSetting('SEALROOM_MIN_VERSION', environment) ?? null,
    keepDays: readSetting('SEALROOM_KEEP_DAYS', environment) ?? 0,
    meetingSize: readSetting('SEALROOM_MEETING_SIZE', environment) ?? 0,
    recording: readSetting('SEALROOM_RECORDING', environment) !== 'refused',
    residency: readResidency(environment),
  };
}

/**
 * The configuration out of environment variables and, where SEALROOM_CONFIG names one, a file of
 * NAME=value lines; the environment wins. Throws ConfigError, whose message names the setting and the fix.
 */
export function readConfig(given: Environment = process.env): Config {
  const { values, whereIs } = readSource(given);
  try {
    return configOf(values);
  } catch (error) {
    throw error instanceof ConfigError ? located(error, whereIs) : error;
  }
}

function configOf(environment: Environment): Config {
  const tls = readTls(environment);
  return {
    host: readSetting('SEALROOM_HOST', environment) ?? (tls ? '::' : '127.0.0.1'),
    port: readSetting('SEALROOM_PORT', environment) ?? 0,
    publicUrl: readSetting('SEALROOM_PUBLIC_URL', environment) ?? null,
    dataDir: resolve(readSetting('SEALROOM_DATA', environment) ?? 'data'),
    databaseUrl: readSetting('SEALROOM_DATABASE_URL', environment) ?? null,
    siteList: readSiteListPath(environment),
    cluster: readCluster(environment),
    tls,
    media: readMedia(environment),
    files: readFiles(environment),
    logLevel: readSetting('SEALROOM_LOG_LEVEL', environment) ?? 'info',
    trustedProxies: readSetting('SEALROOM_TRUSTED_PROXIES', environment) ?? [],
    reportKey: readSetting('SEALROOM_REPORT_KEY', environment) ?? null,
    accounts: {
      create: readSetting('SEALROOM_CREATE', environment) ?? 'anyone',
      provider: readProvider(environment),
    },
    reportDays: readSetting('SEALROOM_REPORT_DAYS', environment) ?? 0,
    drainMs: (readSetting('SEALROOM_DRAIN_MINUTES', environment) ?? 0) * 60_000,
    policies: readPolicies(environment),
    rates: readSetting('SEALROOM_LIMITS', environment) ?? {},
    node: readNode(environment),
    metricsToken: readSetting('SEALROOM_METRICS_TOKEN', environment) ?? null,
  };
}
