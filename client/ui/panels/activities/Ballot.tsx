import { useState } from 'react';
import { useMessages } from '../../../i18n/messages.tsx';
import type { PollView } from '../../../meeting/activityView.ts';
import { Button } from '../../components/Button.tsx';
import { CheckList } from '../../components/CheckList.tsx';
import { RadioCards } from '../../components/RadioCards.tsx';
import { useActions } from '../../meeting/useMeeting.ts';

/** Where a person votes, as often as they change their mind. */
export function Ballot({ poll }: { poll: PollView }) {
  const m = useMessages();
  const { activity } = useActions();
  const { kind, options, anonymous } = poll.definition;
  const [chosen, setChosen] = useState<readonly number[]>(poll.chosen ?? []);
  const choices = options.map((name, index) => ({ value: String(index), name }));
  const values = chosen.map(String);
  const same = poll.chosen !== null && poll.chosen.join() === chosen.join();
  return (
    <>
      {kind === 'multiple' ? (
        <CheckList
          label={m.activities.yourChoice}
          choices={choices}
          chosen={values}
          onChange={(next) => setChosen(next.map(Number))}
        />
      ) : kind === 'ranked' ? (
        <Ranking options={options} chosen={chosen} onChange={setChosen} />
      ) : (
        <RadioCards
          label={m.activities.yourChoice}
          choices={choices}
          value={values[0] ?? null}
          onChange={(next) => setChosen([Number(next)])}
        />
      )}
      <p className="activity-note">
        {!anonymous
          ? m.activities.named
          : poll.mine
            ? m.activities.anonymousOwn
            : m.activities.anonymousVoter(poll.by)}
      </p>
      <Button
        tone={poll.chosen === null ? 'primary' : 'plain'}
        disabled={same || (chosen.length === 0 && kind !== 'multiple')}
        onPress={() => activity({ do: 'vote', poll: poll.id, chosen })}
      >
        {poll.chosen === null ? m.activities.vote : m.activities.changeVote}
      </Button>
      <p className="activity-note" aria-live="polite">
        {poll.chosen !== null && m.activities.voted}
      </p>
    </>
  );
}

function Ranking(props: {
  readonly options: readonly string[];
  readonly chosen: readonly number[];
  readonly onChange: (chosen: readonly number[]) => void;
}) {
  const m = useMessages();
  const { options, chosen, onChange } = props;
  return (
    <fieldset className="ranking">
      <legend className="field-label">{m.activities.yourChoice}</legend>
      <p className="activity-note">{m.activities.rankHelp}</p>
      {options.map((option, index) => {
        const place = chosen.indexOf(index) + 1;
        return (
          <Button
            key={option}
            wide
            icon={
              <span className="rank" aria-hidden="true">
                {place || '–'}
              </span>
            }
            onPress={() => onChange(place > 0 ? chosen.filter((each) => each !== index) : [...chosen, index])}
          >
            <bdi>{option}</bdi>
            <span className="visually-hidden">
              {place > 0
                ? `, ${m.activities.place(place)}. ${m.activities.rankTake(option)}`
                : `. ${m.activities.rankAdd(option, chosen.length + 1)}`}
            </span>
          </Button>
        );
      })}
    </fieldset>
  );
}
