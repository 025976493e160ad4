import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { later, Part } from '../later.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { emptyDraft, withAbout } from './draft.ts';

const ReportDialog = later(async () => (await import('./ReportDialog.tsx')).ReportDialog);

type OpenReport = (about: DeviceKey | null) => void;

const ReportContext = createContext<OpenReport | null>(null);

/** Opens the report, about somebody or nobody in particular. */
export function useReport(): OpenReport {
  const open = useContext(ReportContext);
  if (open === null) throw new Error('ReportHost is missing');
  return open;
}

/**
 * Where a report lives while it is written: above the pages of a meeting, so that nothing of it is lost when its
 * person is put out in the middle of it, and none of it when the dialog is closed.
 */
export function ReportHost({ view, children }: { view: MeetingView; children: ReactNode }) {
  const actions = useActions();
  const [draft, setDraft] = useState(emptyDraft);
  const [shown, setShown] = useState(false);
  const open = useCallback((about: DeviceKey | null) => {
    setDraft((before) => withAbout(before, about));
    setShown(true);
  }, []);
  const { report } = view;
  return (
    <ReportContext value={open}>
      {children}
      {shown && report !== null && (
        <Part>
          <ReportDialog
            view={view}
            report={report}
            draft={draft}
            onDraft={setDraft}
            onClose={() => {
              setShown(false);
              if (report.progress.name === 'sending') return;
              if (report.progress.name === 'sent') setDraft(emptyDraft);
              actions.reportDone();
            }}
          />
        </Part>
      )}
    </ReportContext>
  );
}
