import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Cookie {
  readonly name: string;
  readonly sameSite: 'Strict' | 'Lax';
  readonly maxAgeSeconds: number;
}

/** Cookies of one site. With TLS their names carry `__Host-`: this host only, never over plain HTTP. */
export class Cookies {
  readonly #tls: boolean;

  constructor(tls: boolean) {
    this.#tls = tls;
  }

  #name({ name }: Cookie): string {
    return this.#tls ? `__Host-${name}` : name;
  }

  /** The cookie's value, or null where the browser sent none or more than one. */
  read(request: IncomingMessage, cookie: Cookie): string | null {
    const prefix = `${this.#name(cookie)}=`;
    const values = (request.headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(prefix))
      .map((part) => part.slice(prefix.length));
    return values.length === 1 ? (values[0] ?? null) : null;
  }

  /** Gives the browser a value of characters that need no quoting. */
  set(response: ServerResponse, cookie: Cookie, value: string): void {
    this.#append(response, cookie, value, cookie.maxAgeSeconds);
  }

  clear(response: ServerResponse, cookie: Cookie): void {
    this.#append(response, cookie, '', 0);
  }

  #append(response: ServerResponse, cookie: Cookie, value: string, maxAge: number): void {
    const { sameSite } = cookie;
    const parts = [`${this.#name(cookie)}=${value}`, 'Path=/', 'HttpOnly', `SameSite=${sameSite}`];
    if (this.#tls) parts.push('Secure');
    response.appendHeader('Set-Cookie', [...parts, `Max-Age=${maxAge}`].join('; '));
  }
}
