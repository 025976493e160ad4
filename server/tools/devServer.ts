import { readConfig } from '../config/config.ts';
import { startServer } from '../main.ts';
import { stopOnSignal } from '../signals.ts';
import { advice } from '../startError.ts';

/** The server half of `npm run dev`, started again at each change. Arguments: folder of the page, worker program. */
try {
  const [clientDir, workerBin] = process.argv.slice(2);
  if (clientDir === undefined || workerBin === undefined) throw new Error('started by npm run dev only');
  const config = readConfig();
  const server = await startServer(config, { clientDir, workerBin });
  stopOnSignal(server, config);
  console.log(`Sealroom is ready: ${server.url}`);
} catch (error) {
  const text = advice(error);
  if (text === null) throw error;
  console.error(text);
  process.exitCode = 1;
}
