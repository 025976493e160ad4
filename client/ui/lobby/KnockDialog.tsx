import type { KnockView } from '../../meeting/view.ts';
import { Dialog } from '../components/Dialog.tsx';
import { type KnockProps, KnockRow } from './KnockRow.tsx';

/** All that is known of one out of many. */
export function KnockDialog({ onClose, ...props }: KnockProps & { onClose: () => void }) {
  const { actions, knock } = props;
  // The dialog gives way to the question or the words that follow.
  const closed = (act: (knock: KnockView) => void) => () => {
    onClose();
    act(knock);
  };
  const closing = {
    ...actions,
    admit: closed(actions.admit),
    deny: closed(actions.deny),
    ban: closed(actions.ban),
    write: closed(actions.write),
  };
  return (
    <Dialog title={knock.name} onClose={onClose}>
      <KnockRow {...props} actions={closing} selected={null} />
    </Dialog>
  );
}
