import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, Program } from './childServer.ts';
import type { SiteAddress } from './namespace.ts';
import { homesThatTrust, type NewHome, writeCertificate } from './trust.ts';
import { until } from './until.ts';

/** A certificate authority that anybody can ask by ACME, and that tries whether who asks answers at the name. */
export interface Authority {
  /** ACME directory. */
  readonly directory: string;
  /** PEM file of the certificate that the directory itself is served with. */
  readonly directoryRoot: string;
  /** PEM, and a file of it: what signs the certificates it gives. */
  readonly root: string;
  readonly rootFile: string;
  /** For browsers that trust it. */
  readonly home: NewHome;
  log(): string;
  close(): Promise<void>;
}

/** Starts Pebble, for which every name is at one address, and which looks there at ports 80 and 443. */
export async function startPebble(everybody: SiteAddress): Promise<Authority> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-pebble-'));
  const own = await writeCertificate(folder, 'directory', ['localhost'], 30);
  const [acme, management, dns, control] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const config = join(folder, 'pebble.json');
  const pebble = {
    listenAddress: `127.0.0.1:${acme}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: own.certFile,
    privateKey: own.keyFile,
    httpPort: 80,
    tlsPort: 443,
  };
  writeFileSync(config, JSON.stringify({ pebble }));
  const place = { cwd: folder, env: { ...process.env, PEBBLE_VA_NOSLEEP: '1' } };
  const names = ['-defaultIPv4', everybody.v4, '-defaultIPv6', everybody.v6];
  const listen = ['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${control}`];
  const nothing = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const programs = [
    new Program('pebble-challtestsrv', [...names, ...listen, ...nothing], place),
    new Program('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dns}`], place),
  ];
  const log = () => programs.map(({ output }) => output).join('\n');
  const close = async () => {
    for (const program of programs) await program.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = async () => {
    const request = get({ port: management, path: '/roots/0', rejectUnauthorized: false });
    const [response] = await once(request, 'response');
    return text(response);
  };
  try {
    const root = await until(() => ask().catch(() => ''), Boolean, 'Pebble answers', 15_000);
    const rootFile = join(folder, 'root.pem');
    writeFileSync(rootFile, root);
    return {
      directory: `https://localhost:${acme}/dir`,
      directoryRoot: own.certFile,
      root,
      rootFile,
      home: homesThatTrust(folder, rootFile),
      log,
      close,
    };
  } catch (error) {
    await close();
    throw new Error(`Pebble does not start:\n${log()}`, { cause: error });
  }
}
