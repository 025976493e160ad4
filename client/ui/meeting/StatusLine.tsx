import { useEffect } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { NoticeView } from '../../meeting/noticeView.ts';
import { isLasting, noticeText } from './noticeText.ts';
import { useActions } from './useMeeting.ts';

const SHOWN_MS = 6000;

/** What just happened, in a line of its own where it covers nobody. Screen readers hear of it from the announcer. */
export function StatusLine({ notices }: { notices: readonly NoticeView[] }) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const latest = notices.findLast(({ notice }) => !isLasting(notice));
  const id = latest?.id;

  useEffect(() => {
    if (id === undefined) return;
    const timer = setTimeout(() => actions.dismissNotice(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, actions]);

  return (
    <p className="head-status" aria-hidden="true">
      {/* An emergency stop says so itself, in red. */}
      {latest !== undefined && latest.notice.kind !== 'panic' && (
        <bdi>{noticeText(latest.notice, m, format)}</bdi>
      )}
    </p>
  );
}
