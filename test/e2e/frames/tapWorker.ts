/** Receives frames as they come off the wire, reports them and passes nothing on. */

interface TapEvent extends Event {
  readonly transformer: { readonly readable: ReadableStream<{ readonly data: ArrayBuffer }> };
}

interface TapScope {
  postMessage(message: { readonly size: number; readonly head: Uint8Array }): void;
  addEventListener(type: 'rtctransform', listener: (event: TapEvent) => void): void;
}

const scope: TapScope = globalThis;

scope.addEventListener('rtctransform', ({ transformer }) => {
  transformer.readable
    .pipeTo(
      new WritableStream({
        write: ({ data }) =>
          scope.postMessage({ size: data.byteLength, head: new Uint8Array(data.slice(0, 64)) }),
      }),
    )
    .catch(() => undefined);
});
