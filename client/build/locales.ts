import optimizeLocales from '@react-aria/optimize-locales-plugin';
import type { Plugin } from 'vite';
import { languageTags } from '../i18n/language.ts';

/** As the component library names its languages: `en` is `en-US` there. */
function withRegion(tag: string): string {
  const { language, region } = new Intl.Locale(tag).maximize();
  return `${language}-${region}`;
}

/** Leaves out the component library's own words in languages that the page does not have. */
export function ownLocales(): Plugin {
  return { ...optimizeLocales.vite({ locales: languageTags.map(withRegion) }), enforce: 'pre' };
}
