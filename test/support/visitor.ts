import { OWN_PAGE_HEADER } from '../../shared/protocol/ownPage.ts';

let visitors = 0;

function nextAddress(): string {
  visitors += 1;
  return `198.51.100.${visitors % 250}`;
}

/** A browser without a window: keeps cookies by host, and follows nobody by itself. */
export class Visitor {
  readonly #origin: string;
  /** One's own, as a proxy on this machine would tell it: so that limits per address count one visitor only. */
  readonly #address = nextAddress();
  readonly jar = new Map<string, Map<string, string>>();

  /** `origin`: of the site whose page this visitor is on. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The same browser, led by a load balancer to another server of the site. */
  at(origin: string): Visitor {
    const there = new Visitor(origin);
    const { host } = new URL(this.#origin);
    there.jar.set(new URL(origin).host, this.jar.get(host) ?? new Map());
    return there;
  }

  async go(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(address);
    const cookies = this.jar.get(host) ?? new Map<string, string>();
    this.jar.set(host, cookies);
    const headers = new Headers(init.headers);
    headers.set('X-Forwarded-For', this.#address);
    // A command that a test waits for outlasts an idle connection, which would then break in mid-request.
    headers.set('Connection', 'close');
    if (cookies.size > 0)
      headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const mark = pair.indexOf('=');
      const gone = attributes.some((each) => /^(Max-Age=0|expires=Thu, 01 Jan 1970.*)$/i.test(each));
      if (gone) cookies.delete(pair.slice(0, mark));
      else cookies.set(pair.slice(0, mark), pair.slice(mark + 1));
    }
    return response;
  }

  /** A request of the site's own page. */
  async api(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Response> {
    return this.go(`${this.#origin}/api${path}`, {
      method,
      headers: { Origin: this.#origin, [OWN_PAGE_HEADER]: '1', 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Walks from the provider's first page to where it sends the browser back, without going there. */
  async atProvider(location: string, login: string, site: string): Promise<string> {
    let address = location;
    for (let steps = 0; steps < 10; steps += 1) {
      const response = await this.go(address);
      const next = response.headers.get('location');
      if (next !== null) {
        const url = new URL(next, address);
        if (url.origin === site) return url.href;
        address = url.href;
        continue;
      }
      const posted = await this.go(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ login }),
      });
      const after = posted.headers.get('location');
      if (after === null) throw new Error(`the provider answered ${posted.status}: ${await posted.text()}`);
      address = new URL(after, address).href;
    }
    throw new Error('the provider sends in circles');
  }
}
