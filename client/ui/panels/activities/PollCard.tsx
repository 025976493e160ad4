import { useId } from 'react';
import { useFormat, useMessages } from '../../../i18n/messages.tsx';
import type { PollView } from '../../../meeting/activityView.ts';
import { Button } from '../../components/Button.tsx';
import { useActions } from '../../meeting/useMeeting.ts';
import { Ballot } from './Ballot.tsx';
import { PollResults } from './PollResults.tsx';

/** One poll, from its opening to its results. */
export function PollCard({ poll }: { poll: PollView }) {
  const m = useMessages();
  const format = useFormat();
  const { activity } = useActions();
  const id = useId();
  const { definition, stage, chosen, answer } = poll;
  const { options } = definition;
  const own = chosen?.map((option) => options[option] ?? '') ?? null;
  return (
    <article className="poll" aria-labelledby={id}>
      <header>
        <h4 id={id} dir="auto">
          {definition.question}
        </h4>
        <p className="activity-note facts">
          <span className={`poll-stage poll-stage-${stage}`}>{m.activities.stages[stage]}</span>
          <span>{m.activities.kinds[definition.kind].name}</span>
          <span>{m.activities.by(poll.by)}</span>
          {stage === 'open' && poll.ballots !== null && <span>{m.activities.ballots(poll.ballots)}</span>}
        </p>
      </header>
      {stage === 'open' && <Ballot poll={poll} />}
      {stage === 'lost' && <p className="activity-note">{m.activities.lost}</p>}
      {stage === 'closed' && poll.tally === null && <p className="activity-note">{m.activities.waiting}</p>}
      {(stage === 'closed' || stage === 'shared') && (
        <>
          <p>
            {own === null
              ? m.activities.notVoted
              : m.activities.yourVote(own.length === 0 ? m.activities.emptyVote : format.list(own))}
          </p>
          {answer !== null && (
            <div className="poll-answer">
              <p>{m.activities.answerWas(options[answer.option] ?? '')}</p>
              {answer.why !== '' && <p dir="auto">{answer.why}</p>}
            </div>
          )}
          <PollResults poll={poll} />
        </>
      )}
      {poll.mayHandle && stage === 'open' && (
        <Button onPress={() => activity({ do: 'close', poll: poll.id })}>{m.activities.close}</Button>
      )}
      {poll.mayHandle && stage === 'closed' && (
        <>
          <p className="activity-note">{m.activities.notShared}</p>
          <Button tone="primary" onPress={() => activity({ do: 'share', poll: poll.id })}>
            {m.activities.share}
          </Button>
        </>
      )}
    </article>
  );
}
