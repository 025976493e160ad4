import { Hand } from 'lucide-react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { outranks } from './rank.ts';
import './HandQueue.css';

interface Props {
  readonly view: MeetingView;
  /** In the order they were raised. */
  readonly hands: readonly MemberView[];
}

/** Raised hands in their order, for those who lead the talk. */
export function HandQueue({ view, hands }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  return (
    <PanelSection
      title={m.hands.title(hands.length)}
      aside={
        hands.length > 1 && (
          <Button size="s" onPress={() => actions.lowerHand('everyone')}>
            {m.hands.lowerAll}
          </Button>
        )
      }
    >
      <ol className="hand-queue">
        {hands.map((member, index) => (
          <li key={member.device}>
            <span className="hand-place">
              <Hand aria-hidden="true" />
              <span aria-hidden="true">{index + 1}</span>
              <span className="visually-hidden">{m.hands.place(index + 1)}</span>
            </span>
            <div className="person-words">
              <p className="person-name">
                <bdi>{member.self ? m.tile.self(member.name) : member.name}</bdi>
              </p>
              <p className="person-fact">{m.hands.since(format.time(member.hand ?? 0))}</p>
            </div>
            <div className="hand-buttons">
              {!member.self && mayLetSpeak(view, member) && (
                <Button
                  size="s"
                  tone="primary"
                  label={m.hands.allowName(member.name)}
                  onPress={() => actions.ask(member.device, 'microphone')}
                >
                  {m.hands.allow}
                </Button>
              )}
              <Button
                size="s"
                label={m.hands.lowerName(member.name)}
                onPress={() => actions.lowerHand(member.device)}
              >
                {m.hands.lower}
              </Button>
            </div>
          </li>
        ))}
      </ol>
    </PanelSection>
  );
}

/** Asking frees a held microphone first, which needs the higher rank. */
function mayLetSpeak(view: MeetingView, member: MemberView): boolean {
  const { state } = member.sources.microphone;
  return state !== 'live' && (state !== 'blocked' || outranks(view.role, member.role));
}
