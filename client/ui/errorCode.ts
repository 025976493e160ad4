import type { ErrorCode } from '../../shared/errors.ts';
import type { SiteMessages } from '../i18n/site.en.ts';

// The list of codes is read from the texts: the schema itself would weigh down the start page.
function isCode(text: string, m: SiteMessages): text is ErrorCode {
  return Object.hasOwn(m.errors, text);
}

/** The code of a typed error; anything else counts as the server not answering. */
export function codeOf(error: unknown, m: SiteMessages): ErrorCode {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    if (typeof error.code === 'string' && isCode(error.code, m)) return error.code;
  }
  return 'unavailable';
}
