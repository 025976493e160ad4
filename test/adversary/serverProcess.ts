import { writeHeapSnapshot } from 'node:v8';
import { createLog } from '../../server/log.ts';
import { startSite } from '../bots/site.ts';

/**
 * A process with nothing in it but the server, so that its memory is the server's. Arguments: database
 * file. Logs everything it ever would to stdout; takes `{ snapshot: file }`, `{ close: true }`.
 */
const [, , database] = process.argv;
const site = await startSite(database, undefined, createLog('trace'));
process.on('message', (order: { snapshot?: string; close?: boolean }) => {
  if (order.snapshot) process.send?.({ snapshot: writeHeapSnapshot(order.snapshot) });
  if (order.close) {
    void site.close().then(() => {
      process.disconnect();
    });
  }
});
process.send?.({ origin: site.origin });
