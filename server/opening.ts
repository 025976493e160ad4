import { mkdirSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { SiteKey } from './audit/siteKey.ts';
import { Blobs, type BlobsParts, blobRules } from './blobs/blobs.ts';
import { BlobFiles } from './blobs/files.ts';
import type { ClusterListener } from './cluster/cluster.ts';
import { Place } from './cluster/place.ts';
import { RedisCluster } from './cluster/redis.ts';
import { NodeSeal } from './cluster/seal.ts';
import { openSiteList } from './cluster/siteListFile.ts';
import type { ClusterConfig, Config } from './config/config.ts';
import type { Log } from './log.ts';
import { type MediaCertificate, mediaCertificate } from './media/certificate.ts';
import { LocalMediaRooms, type LocalMediaRoomsOptions } from './media/rooms.ts';
import {
  clusterFailure,
  databaseFailure,
  dataFailure,
  listenFailure,
  mediaFailure,
  StartError,
} from './startError.ts';
import { KyselyBlobParts } from './store/blobParts.ts';
import { openSite } from './store/open.ts';
import type { Tables } from './store/tables.ts';
import { ServedCertificate, type ServedCertificateOptions } from './tls/servedCertificate.ts';

/** The data folder, and the database in it or elsewhere. Throws StartError. */
export async function openData({ dataDir, databaseUrl }: Config): Promise<Kysely<Tables>> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw dataFailure(error, dataDir);
  }
  try {
    return await openSite({ dataDir, databaseUrl });
  } catch (error) {
    throw databaseUrl === null ? dataFailure(error, dataDir) : databaseFailure(error);
  }
}

/** Sealed files: in the data folder, or where all servers of a site reach them. Throws StartError. */
export async function openBlobs(
  config: Config,
  tables: Kysely<Tables>,
  parts: Pick<BlobsParts, 'store' | 'seal' | 'clock' | 'log'>,
): Promise<Blobs> {
  const folder = join(config.dataDir, 'blobs');
  const bytes = config.cluster ? new KyselyBlobParts(tables, () => parts.clock.now()) : new BlobFiles(folder);
  try {
    return await Blobs.open({ ...parts, bytes, rules: blobRules(config.files) });
  } catch (error) {
    throw dataFailure(error, folder);
  }
}

/** The key of the site in the data folder. Throws StartError. */
export function openSiteKey(folder: string): SiteKey {
  try {
    return SiteKey.open(folder);
  } catch (error) {
    throw dataFailure(error, folder);
  }
}

/** Where this server is, and the certificate that its media shows there. */
export async function openPlace({ dataDir, siteList, node, cluster }: Config) {
  if (siteList === null || node === null) {
    return { place: new Place(node, null, cluster !== null), certificate: undefined };
  }
  const certificate = await mediaCertificate(dataDir);
  const { list, own } = openSiteList(siteList, node.name, certificate.fingerprint);
  // The operator's word on the region counts, not this server's.
  return { place: new Place({ name: own.name, region: own.region }, list, true), certificate };
}

/** The media workers. Throws StartError. */
export async function startMedia(
  config: Config,
  log: Log,
  { workerBin, onRouter }: Pick<LocalMediaRoomsOptions, 'workerBin' | 'onRouter'>,
  certificate?: MediaCertificate,
): Promise<LocalMediaRooms> {
  const { media } = config;
  try {
    return await LocalMediaRooms.start({ media, workerBin, log, certificate, onRouter });
  } catch (error) {
    throw mediaFailure(error, media.port, media.workers);
  }
}

/** The way into the site's cluster, for the one who listens to it; it throws StartError. */
export function joinCluster(
  { redisUrl, node }: ClusterConfig,
  { region }: Place,
  siteKey: SiteKey,
  log: Log,
) {
  return async (listener: ClusterListener) => {
    try {
      const seal = new NodeSeal(siteKey.nodeKey);
      return await RedisCluster.join({ url: redisUrl, name: node, region, seal, listener, log });
    } catch (error) {
      throw clusterFailure(error);
    }
  };
}

/** Opens the certificate files, and says at start what is wrong with them. Throws StartError. */
export function openCertificate(options: ServedCertificateOptions): ServedCertificate {
  try {
    return new ServedCertificate(options);
  } catch (cause) {
    throw new StartError(
      'SEALROOM_TLS_CERT and SEALROOM_TLS_KEY must be a PEM certificate and its own PEM private key.',
      { cause },
    );
  }
}

/** Listens where the configuration says. Resolves with the port. Throws StartError. */
export async function listen(server: HttpServer | HttpsServer, { host, port }: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFailure(error, host, port)));
    server.listen(port, host, resolve);
  });
  // Listening on TCP, so the address is an AddressInfo.
  return (server.address() as AddressInfo).port;
}
