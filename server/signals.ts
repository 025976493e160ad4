import type { Config } from './config/config.ts';
import type { RunningServer } from './main.ts';

/**
 * Stops the server at the first SIGTERM or SIGINT; a second one ends the process at once. SIGUSR2 drains it first,
 * for `drainMs` at most: whatever runs the process then starts the next version.
 */
export function stopOnSignal(server: RunningServer, { drainMs }: Pick<Config, 'drainMs'>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    server.log.info({ signal }, 'stopping');
    server.close().then(
      () => {
        server.log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        server.log.error({ error }, 'stopped badly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.once('SIGUSR2', (signal) => {
    void server.drain(drainMs).then(() => {
      if (!stopping) stop(signal);
    });
  });
}

/**
 * Reads the certificate files again at each SIGHUP, as `systemctl reload` sends it. A terminal that is closed sends
 * the same signal, and there it goes on to end the server.
 */
export function reloadOnSignal({ certificate, log }: RunningServer): void {
  if (!certificate || process.stdout.isTTY) return;
  process.on('SIGHUP', () => log.info({ usable: certificate.reload() }, 'certificate files read again'));
}
