import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../config/config.ts';
import { describeSettings } from '../config/describe.ts';
import { startServer } from '../main.ts';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { reloadOnSignal, stopOnSignal } from '../signals.ts';
import { advice, StartError } from '../startError.ts';
import { ensureClient } from './clientBuild.ts';
import { lanAddresses, lanCertificate } from './lanCertificate.ts';
import { seconds, showWorkerProgress } from './terminal.ts';

const HELP = `npm start [-- --lan]

Starts Sealroom: gets the media engine, builds the page if it changed, and serves.

  --lan   Lets other devices on the local network in: HTTPS with a certificate made here.
  --help  This text.

Settings are environment variables, or lines of the file that SEALROOM_CONFIG names:

${describeSettings()}
`;

function readArguments(): { lan: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ options: { lan: { type: 'boolean' }, help: { type: 'boolean' } } });
    return { lan: values.lan ?? false, help: values.help ?? false };
  } catch {
    throw new StartError('Unknown option. See: npm start -- --help');
  }
}

async function withLan(config: Config): Promise<{ config: Config; addresses: string[] }> {
  const addresses = lanAddresses();
  if (addresses.length === 0)
    throw new StartError('This machine is on no local network that --lan could use.');
  const host = process.env.SEALROOM_HOST ? config.host : '::';
  const tls = config.tls ?? (await lanCertificate(config.dataDir, addresses));
  return { config: { ...config, host, tls }, addresses };
}

function announce(url: string, port: number, lan: readonly string[] | null): void {
  console.log(`\nSealroom is ready: ${url}`);
  if (lan === null) {
    if (lanAddresses().length > 0) console.log('To let others on your network in: npm start -- --lan');
    return;
  }
  for (const address of lan) console.log(`On your network:    https://${address}:${port}`);
  console.log(
    'Browsers will warn once that the connection is not private, because this machine vouched for itself: choose "Advanced", then "Proceed".',
  );
}

async function start(): Promise<void> {
  const options = readArguments();
  if (options.help) {
    console.log(HELP);
    return;
  }
  const read = readConfig();
  const { config, addresses } = options.lan ? await withLan(read) : { config: read, addresses: null };

  const workerBin = await ensureWorkerBinary({ onProgress: showWorkerProgress });
  const began = performance.now();
  const client = await ensureClient(() => console.log('Building the page ...'));
  if (client === 'built') console.log(`Page built in ${seconds(performance.now() - began)}.`);

  const server = await startServer(config, { workerBin });
  stopOnSignal(server, config);
  reloadOnSignal(server);
  announce(server.url, server.port, addresses);
}

try {
  await start();
} catch (error) {
  const text = advice(error);
  if (text === null) throw error;
  console.error(`\n${text}`);
  process.exitCode = 1;
}
