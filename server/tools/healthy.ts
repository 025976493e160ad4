import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { readConfig } from '../config/config.ts';

/** Exit code 0 where the server of this machine answers that it is alive; what a container asks itself. */
const { host, port, tls } = readConfig();
const options = {
  host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
  port,
  path: '/api/health',
  timeout: 4_000,
  // Asked by an address, where its certificate may name somebody else.
  rejectUnauthorized: false,
};
const request = tls === null ? plain(options) : secure(options);
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
request.end();
