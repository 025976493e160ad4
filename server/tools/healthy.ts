import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { readConfig } from '../config/config.ts';

/** Exit code 0 where the server of this machine answers that it is alive; what a container asks itself. */
const { port, tls } = readConfig();
// Asked on loopback, where its certificate names somebody else.
const options = { host: '127.0.0.1', port, path: '/api/health', timeout: 4_000, rejectUnauthorized: false };
const request = tls === null ? plain(options) : secure(options);
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
request.end();
