import { useMemo } from 'react';
import { useLocale } from 'react-aria-components';

/** Writes a time, in milliseconds since 1970, as people of the language do. */
export function useDate(): (at: number) => string {
  const { locale } = useLocale();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    return (at) => format.format(at);
  }, [locale]);
}
