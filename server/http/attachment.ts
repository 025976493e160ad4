import type { Response } from 'express';

/** Has a browser that was led to an answer save it under a name, and never show it as a page of this site. */
export function asAttachment(response: Response, name: string): void {
  response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
}
