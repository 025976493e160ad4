import { createClient } from '@redis/client';
import type { Finding } from '../../shared/doctor/finding.ts';
import { amber, green, reasonOf, red } from './finding.ts';

const TIMEOUT_MS = 3_000;

/** Whether the Redis that joins several servers answers, and keeps what it is given. */
export async function checkRedis(url: string): Promise<Finding> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: TIMEOUT_MS, reconnectStrategy: false },
  });
  // Said below; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    const memory = await client.info('memory');
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      return amber({ code: 'redis-forgets', policy });
    }
    return green({ code: 'redis-answers' });
  } catch (error) {
    return red({ code: 'redis-silent', reason: reasonOf(error) });
  } finally {
    if (client.isOpen) client.destroy();
  }
}
