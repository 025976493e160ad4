import { createSocket } from 'node:dgram';
import { z } from 'zod';

// Carries the packets of a slow wire between its two ends; a program of its own, since it runs within a network
// namespace. Arguments: addresses of the router's and the device's end, delay, jitter, reorder.
const [router, device, delay, jitter, reorder] = z
  .tuple([z.string(), z.string(), z.coerce.number(), z.coerce.number(), z.coerce.number()])
  .parse(process.argv.slice(2));

const outer = createSocket('udp4');
const inner = createSocket('udp4');

/** One direction. */
function carry(send: (packet: Buffer) => void): (packet: Buffer) => void {
  const waiting: { readonly due: number; readonly packet: Buffer }[] = [];
  let last = 0;
  const wake = () => {
    for (let first = waiting[0]; first && first.due <= performance.now(); first = waiting[0]) {
      waiting.shift();
      send(first.packet);
    }
    const [first] = waiting;
    if (first) setTimeout(wake, first.due - performance.now());
  };
  return (packet) => {
    const now = performance.now();
    if (Math.random() < reorder) {
      setTimeout(send, delay - jitter, packet);
      return;
    }
    last = Math.max(last, now + delay + (Math.random() * 2 - 1) * jitter);
    waiting.push({ due: last, packet });
    if (waiting.length === 1) setTimeout(wake, last - now);
  };
}

// The end of the output tells that both ends can send now.
outer.bind(5000, router, () => inner.bind(5001, '127.0.0.1', () => process.stdout.end()));

outer.on(
  'message',
  carry((packet) => inner.send(packet, 5002, '127.0.0.1')),
);
inner.on(
  'message',
  carry((packet) => outer.send(packet, 5000, device)),
);
