import { Guard, isFile } from './guard.ts';
import type { GuardAlarm, GuardQuestion } from './guardMessages.ts';

/** What is used here of a service worker's scope, whose types are not among the page's. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface GuardScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: {
      includeUncontrolled: true;
      type: 'window';
    }): Promise<readonly { postMessage(message: GuardAlarm): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent<GuardQuestion> & ExtendableEvent) => void,
  ): void;
}
const scope = globalThis as unknown as GuardScope;

const { origin } = location;

/** What runs or rules: it is answered from the release or not at all. */
const powers = new Set<string>([
  'script',
  'style',
  'worker',
  'sharedworker',
  'audioworklet',
  'document',
  'iframe',
  'embed',
  'object',
  'xslt',
  'manifest',
]);

async function alarm(message: GuardAlarm): Promise<void> {
  const pages = await scope.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  for (const page of pages) page.postMessage(message);
}

let opening: Promise<Guard> | null = null;
function guard(): Promise<Guard> {
  opening ??= caches.open('sealroom-release').then(
    (store) =>
      new Guard({
        store,
        fetch: (...request) => fetch(...request),
        origin,
        alarm: (told) => void alarm(told),
      }),
  );
  return opening;
}

/** What the server answers by itself: the sign-in of a provider goes through here. */
const isServers = (path: string) => /^\/(api|socket)\//.test(path);

/** A page of the server's own would be code that nobody reviewed: a redirect passes, its words come as text. */
async function serversPage(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.type === 'opaqueredirect') return response;
  return new Response(await response.text(), {
    status: response.status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

scope.addEventListener('install', (event) => {
  event.waitUntil(
    guard()
      .then((one) => one.begin())
      // A later guard waits until the person agrees to its release.
      .then(() => (scope.registration.active === null ? scope.skipWaiting() : undefined)),
  );
});

scope.addEventListener('activate', (event) => {
  // While this guard waited, the one before it may have moved the pin, and thrown away what the old one names.
  opening = null;
  event.waitUntil(scope.clients.claim());
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin: to, pathname } = new URL(request.url);
  if (to !== origin) return;
  if (request.mode === 'navigate') {
    if (isServers(pathname)) event.respondWith(serversPage(request));
    else event.respondWith(guard().then((one) => one.respond(isFile(pathname) ? pathname : '/index.html')));
    return;
  }
  if (isServers(pathname) && !powers.has(request.destination)) return;
  event.respondWith(guard().then((one) => one.respond(pathname)));
});

async function answer(question: GuardQuestion): Promise<unknown> {
  const one = await guard();
  switch (question.kind) {
    case 'check':
      return one.check();
    case 'accept':
      return one.accept(question.digest);
    case 'keep':
      return one.keep();
    case 'state':
      return one.state();
    case 'take-over':
      await scope.skipWaiting();
      return true;
  }
}

scope.addEventListener('message', (event) => {
  const [port] = event.ports;
  event.waitUntil(answer(event.data).then((told) => port?.postMessage(told)));
});
