import { setPriority } from 'node:os';
import type { MeetingId } from '../../../shared/ids.ts';
import { AttackSocket, type Efforts, noEfforts } from './attackSocket.ts';

/** What the attackers do from now on. */
export interface Orders {
  /** Connections held. */
  readonly sockets: number;
  /** Requests of each connection in a second. */
  readonly perSecond: number;
}

/** What they did since the orders before. */
export interface Deeds extends Efforts {
  readonly inside: number;
}

const [port = '', meeting = ''] = process.argv.slice(2);
const TICKS = 5;
// They stand for other machines, whose work costs this one nothing.
setPriority(19);

let sockets: AttackSocket[] = [];
const efforts = noEfforts();
let orders: Orders = { sockets: 0, perSecond: 0 };

setInterval(() => {
  if (orders.perSecond > 0) for (const socket of sockets) socket.ask(orders.perSecond / TICKS);
}, 1_000 / TICKS);

process.on('message', (next: Orders) => {
  const deeds: Deeds = { ...efforts, inside: sockets.filter(({ isIn }) => isIn).length };
  Object.assign(efforts, noEfforts());
  for (const socket of sockets.slice(next.sockets)) socket.close();
  sockets = sockets.slice(0, next.sockets);
  // The bench read the meeting's id from its own records.
  while (sockets.length < next.sockets)
    sockets.push(new AttackSocket(Number(port), meeting as MeetingId, efforts));
  orders = next;
  process.send?.(deeds);
});
process.on('disconnect', () => process.exit(0));
