import { useEffect, useState } from 'react';
import { reportHtml } from '../../e2ee/reports/html.ts';
import { useLanguage, useMessages } from '../../i18n/messages.tsx';
import type { ReportProgress } from '../../meeting/view.ts';
import { saveHtml } from './saveFile.ts';

/** Saves a report as a file once it has been put together; whether it was. */
export function useSavedReport(progress: ReportProgress): boolean {
  const m = useMessages();
  const language = useLanguage();
  const [saved, setSaved] = useState(false);
  const bundle = progress.name === 'packed' ? progress.bundle : null;
  useEffect(() => {
    if (bundle === null) return;
    saveHtml(m.report.fileName, reportHtml(bundle, { words: m.report, language, verified: false }));
    setSaved(true);
  }, [bundle, m, language]);
  return saved;
}
