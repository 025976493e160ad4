import { useMessages } from '../../i18n/messages.tsx';
import type { KnockView } from '../../meeting/view.ts';
import type { Question } from '../components/Confirm.tsx';
import { useActions } from '../meeting/useMeeting.ts';

/** Questions before many are answered at once. */
export interface LobbyQuestions {
  admit(knocks: readonly KnockView[]): Question;
  /** `mayLock`: also offers to lock the meeting, so that the flood ends. */
  deny(knocks: readonly KnockView[], mayLock: boolean): Question;
}

/** The questions, and what follows from them. */
export function useLobbyQuestions(): LobbyQuestions {
  const m = useMessages();
  const actions = useActions();
  const ids = (knocks: readonly KnockView[]) => knocks.map(({ knockId }) => knockId);
  return {
    admit: (knocks) => ({
      title: m.lobby.admitManyTitle(knocks.length),
      text: m.lobby.admitManyText,
      confirm: m.people.admitAll,
      tone: 'primary',
      act: () => actions.admit(ids(knocks)),
    }),
    deny: (knocks, mayLock) => ({
      title: m.lobby.denyManyTitle(knocks.length),
      text: m.lobby.denyManyText,
      confirm: m.lobby.denyAll,
      tone: 'warn',
      ...(mayLock ? { option: { name: m.lobby.denyManyLock, on: false } } : {}),
      act: (lock) => {
        if (lock) actions.setLocked(true);
        actions.deny(ids(knocks));
      },
    }),
  };
}
