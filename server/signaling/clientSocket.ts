/** One browser's connection as a meeting knows it: a socket of this server, or one that another node relays. */
export interface ClientSocket {
  /** Unique on the site. */
  readonly id: string;
  readonly disconnected: boolean;
  emit(name: string, data: unknown): unknown;
  /** Each request, in order; the last argument is the acknowledgement where the client asks for one. */
  onAny(listener: (name: unknown, ...given: unknown[]) => void): unknown;
  on(name: 'disconnect', listener: (reason: string) => void): unknown;
  /** Ends the connection for good: the client was told why. */
  disconnect(close: true): unknown;
}
