import { createClient } from '@redis/client';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';

const NAME = 'Redis';
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
      return amber(
        NAME,
        `answers, and throws data away when it is full (maxmemory-policy ${policy})`,
        'Set maxmemory-policy noeviction: a meeting must not lose its journal.',
      );
    }
    return green(NAME, 'answers');
  } catch (error) {
    return red(NAME, `does not answer: ${reasonOf(error)}`, 'Start it, or correct SEALROOM_REDIS_URL.');
  } finally {
    if (client.isOpen) client.destroy();
  }
}
