import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { startTestServer } from '../support/server.ts';

/** Where both servers listen on 127.0.0.1. */
export interface FilesServers {
  readonly sealroom: number;
  readonly plain: number;
}

/** Takes a file as it comes and puts it on the disk: what any upload does at least. */
async function plainServer(folder: string) {
  const server = createServer((request, response) => {
    if (request.method !== 'PUT') {
      response.setHeader('content-type', 'text/html').end('<input type="file">');
      return;
    }
    const file = createWriteStream(join(folder, 'plain'), { flush: true });
    pipeline(request, file).then(
      () => response.end('{}'),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name a folder for the plain file');
const sealroom = await startTestServer({}, { logLevel: 'warn' });
const plain = await plainServer(folder);
process.on('disconnect', () => void sealroom.close().then(() => process.exit(0)));
// Listening on TCP, so the address is an AddressInfo.
const ports: FilesServers = { sealroom: sealroom.port, plain: (plain.address() as AddressInfo).port };
process.send?.(ports);
