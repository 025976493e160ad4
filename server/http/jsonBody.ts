import type { Request } from 'express';
import type { z } from 'zod';
import { ProtocolError } from '../../shared/errors.ts';

/** The body of a request as a schema has it. Throws `bad-request`. */
export function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(request.body);
  if (!parsed.success) throw new ProtocolError('bad-request');
  return parsed.data;
}
