import { io } from 'socket.io-client';
import { failure } from '../../shared/errors.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { CLIENT_VERSION, PROTOCOL_VERSION } from '../../shared/protocol/version.ts';

/**
 * A process of its own, for another network: asks a site for a meeting that is not there, by HTTP and by the socket,
 * as from an address that it pretends to have, and writes both refusals.
 */
const [site = '', pretended = ''] = process.argv.slice(2);
const meeting = 'A'.repeat(22);
const headers = { 'X-Forwarded-For': pretended, Forwarded: `for=${pretended}`, 'X-Real-IP': pretended };

const answer = await fetch(`${site}/api/meetings/${meeting}`, { headers });
const http = failure.parse(await answer.json()).code;

const socket = io(site, {
  path: SOCKET_PATH,
  auth: { protocol: PROTOCOL_VERSION, meeting, version: CLIENT_VERSION },
  transports: ['websocket'],
  reconnection: false,
  extraHeaders: headers,
});
const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
socket.close();
const refusal = failure.safeParse('data' in error ? error.data : null);
process.stdout.write(JSON.stringify({ http, socket: refusal.data?.code ?? error.message }));
