import { useEffect, useState } from 'react';
import { reportHtml } from '../../e2ee/reports/html.ts';
import { useLanguage, useMessages } from '../../i18n/messages.tsx';
import type { ReportProgress } from '../../meeting/reportView.ts';
import { saveAs } from '../saveAs.ts';

/** Saves a report as a file once it has been put together; whether it was. */
export function useSavedReport(progress: ReportProgress): boolean {
  const m = useMessages();
  const language = useLanguage();
  const [saved, setSaved] = useState(false);
  const bundle = progress.name === 'packed' ? progress.bundle : null;
  useEffect(() => {
    if (bundle === null) return;
    const html = reportHtml(bundle, { words: m.report, language, verified: false });
    saveAs(`${m.report.fileName}.html`, 'text/html', html);
    setSaved(true);
  }, [bundle, m, language]);
  return saved;
}
