import { createHash } from 'node:crypto';
import { entry, leanSodium } from './leanSodium.ts';
import { hashedName, type Sharing, sharedModule } from './sharedModule.ts';

/**
 * libsodium for page and workers, once for all of them, with its WebAssembly as a file beside it: in base64 it
 * would be a third larger and would have to be decoded in each worker. Neither has what is not in use.
 */
export async function sharedSodium(): Promise<Sharing> {
  const { wasm, plugin } = await leanSodium();
  const fileName = hashedName('sodium', 'wasm', wasm);
  const integrity = `sha256-${createHash('sha256').update(wasm).digest('base64')}`;
  const load = `await (await fetch('/${fileName}', { integrity: '${integrity}' })).arrayBuffer()`;
  const { page, worker } = sharedModule('libsodium-wrappers', 'sodium', () => entry, [plugin(load)]);
  return {
    page: {
      ...page,
      buildStart() {
        this.emitFile({ type: 'asset', fileName, source: wasm });
      },
    },
    worker,
  };
}
