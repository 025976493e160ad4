import { OctagonPause, Undo2 } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { WithTooltip } from '../components/IconButton.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import './panic.css';

/** Whether the person may stop everything. */
export function mayPanic({ rights }: Pick<MeetingView, 'rights'>): boolean {
  return rights.has('moderate') && rights.has('govern');
}

/** One press stops everything, the next lets it go on; always in sight of those who may. */
export function PanicButton({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  if (!mayPanic(view)) return null;
  const { panic } = view;
  return (
    <WithTooltip text={panic ? m.panic.undo : m.panic.tip}>
      <AriaButton className="head-chip panic-button" data-on={panic} onPress={() => actions.setPanic(!panic)}>
        {panic ? <Undo2 aria-hidden="true" /> : <OctagonPause aria-hidden="true" />}
        <span className="head-word">{panic ? m.panic.undoShort : m.panic.button}</span>
      </AriaButton>
    </WithTooltip>
  );
}
