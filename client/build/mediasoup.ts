import type { Plugin } from 'vite';

/** Handlers for browsers without encoded transforms, which are turned away before, and the library's test doubles. */
const unused =
  /\/mediasoup-client\/lib\/(handlers\/(?:Chrome74|ReactNative106|FakeHandler)|test\/fakeParameters)\.js$/;

/** Its log, which a browser would show to whoever asks for it in its storage. */
const log = /\/debug\/src\/browser\.js$/;

/** Leaves out what mediasoup-client would load for browsers that cannot seal a frame. */
export function leanMediasoup(): Plugin {
  return {
    name: 'sealroom:lean-mediasoup',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      if (log.test(id)) return 'module.exports = () => Object.assign(() => {}, { enabled: false });';
      return unused.test(id) ? 'module.exports = {};' : null;
    },
  };
}
