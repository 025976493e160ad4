import { type Request, type RequestHandler, type Response, Router } from 'express';
import { integrityPolicy } from '../../shared/release/pagePolicy.ts';
import type { ClientFile, ClientFiles } from './clientFiles.ts';

const NOT_BUILT = 'The page has not been built yet. Run: npm run build\n';

function send(request: Request, response: Response, file: ClientFile): void {
  response.setHeader('Content-Type', file.type);
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (file.type.startsWith('text/html')) response.setHeader('Integrity-Policy', integrityPolicy);
  response.setHeader('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const encoding = (['br', 'gzip'] as const).find(
    (each) => file.encoded[each] && request.acceptsEncodings(each) === each,
  );
  const body = (encoding && file.encoded[encoding]) ?? file.body;
  if (encoding) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The built client: its files, and the page itself for every other path that is not a file's. */
export function page(files: ClientFiles): Router {
  const router = Router();
  const answer: RequestHandler = (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const index = files.index();
    if (!index) {
      response.status(503).setHeader('Retry-After', '5').type('text/plain').send(NOT_BUILT);
      return;
    }
    const file = files.get(request.path);
    if (file) send(request, response, file);
    else if (/\.[^/]*$|^\/assets\//.test(request.path)) next();
    else send(request, response, index);
  };
  router.use(answer);
  router.use((_request, response) => {
    response.status(404).type('text/plain').send('There is nothing here.\n');
  });
  return router;
}
