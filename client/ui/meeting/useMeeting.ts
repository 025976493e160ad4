import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Meeting, MeetingActions } from '../../meeting/meeting.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';

/** The current view of a meeting; renders again at each change. */
export function useMeeting(meeting: Meeting): MeetingView {
  const subscribe = useCallback((listener: () => void) => meeting.subscribe(listener), [meeting]);
  const getView = useCallback(() => meeting.getView(), [meeting]);
  return useSyncExternalStore(subscribe, getView);
}

export const ActionsContext = createContext<MeetingActions | null>(null);

/** What the person can do in the meeting on screen. */
export function useActions(): MeetingActions {
  const actions = useContext(ActionsContext);
  if (actions === null) throw new Error('ActionsContext is missing');
  return actions;
}

/** The person's own entry, once they are in the group. */
export function selfOf(view: MeetingView): MemberView | undefined {
  return view.members.find((member) => member.self);
}
