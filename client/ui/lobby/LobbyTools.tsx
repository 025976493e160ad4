import { useMessages } from '../../i18n/messages.tsx';
import type { KnockView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { CheckBox } from '../components/CheckList.tsx';
import type { Question } from '../components/Confirm.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { useLobbyQuestions } from './useLobbyQuestions.ts';

/** So many are let in without a question. */
const FEW = 5;

interface Props {
  /** Those in the list now. */
  readonly found: readonly KnockView[];
  readonly chosen: readonly KnockView[];
  readonly mayLock: boolean;
  readonly onSelect: (some: readonly KnockView[], on: boolean) => void;
  readonly onWrite: (some: readonly KnockView[]) => void;
  readonly onAsk: (question: Question) => void;
  readonly onActed: () => void;
}

/** Selects, and answers some or all at once. Without a selection it is about everybody in the list. */
export function LobbyTools(props: Props) {
  const { found, chosen, onSelect, onWrite, onAsk, onActed } = props;
  const m = useMessages();
  const actions = useActions();
  const questions = useLobbyQuestions();
  const some = chosen.length > 0;
  const meant = some ? chosen : found;
  const all = found.length > 0 && found.every((knock) => chosen.includes(knock));
  const admit = () => {
    if (meant.length > FEW && !some) return onAsk(questions.admit(meant));
    actions.admit(meant.map(({ knockId }) => knockId));
    onActed();
  };
  return (
    <div className="lobby-tools">
      <CheckBox
        name={some ? m.lobby.selected(chosen.length) : m.lobby.selectAll}
        on={all}
        partly={some && !all}
        onChange={(on) => onSelect(on ? found : chosen, on)}
      />
      <div className="person-buttons">
        <Button size="s" tone="primary" disabled={meant.length === 0} onPress={admit}>
          {some ? m.lobby.admitSome(chosen.length) : m.people.admitAll}
        </Button>
        <Button
          size="s"
          disabled={meant.length === 0}
          onPress={() => onAsk(questions.deny(meant, props.mayLock && !some))}
        >
          {some ? m.lobby.denySome(chosen.length) : m.lobby.denyAll}
        </Button>
        <Button size="s" disabled={meant.length === 0} onPress={() => onWrite(meant)}>
          {some ? m.lobby.write : m.lobby.writeAll}
        </Button>
      </div>
    </div>
  );
}
