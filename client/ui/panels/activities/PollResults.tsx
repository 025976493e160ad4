import { Check, ChevronDown, Download } from 'lucide-react';
import { useFormat, useMessages } from '../../../i18n/messages.tsx';
import { csvOf } from '../../../meeting/activities/csv.ts';
import type { PollView } from '../../../meeting/activityView.ts';
import { handOver } from '../../../meeting/saveFile.ts';
import { Button } from '../../components/Button.tsx';

/** Bars with their numbers, who chose what where that is known, and a file of it. */
export function PollResults({ poll }: { poll: PollView }) {
  const m = useMessages();
  const format = useFormat();
  const { definition, tally, answer, voters } = poll;
  const { kind, options, anonymous } = definition;
  if (tally === null) return null;
  const { ballots, counts } = tally;
  if (counts === null) return <p className="activity-note">{m.activities.tooFew(ballots)}</p>;
  // A bar says the share that stands beside it; points have no whole, the most of them fill theirs.
  const full = Math.max(1, kind === 'ranked' ? Math.max(...counts) : ballots);
  const names = (chosen: readonly number[]) =>
    chosen.length === 0 ? m.activities.emptyVote : format.list(chosen.map((option) => options[option] ?? ''));
  const save = () => {
    const unit = kind === 'ranked' ? m.activities.csv.points : m.activities.csv.votes;
    const totals = options.map((option, index) => [option, counts[index] ?? 0]);
    const people = (voters ?? []).map(({ name, chosen }) => [
      name,
      ...chosen.map((option) => options[option] ?? ''),
    ]);
    const byName = voters ? [[], [m.activities.csv.name, m.activities.csv.choice], ...people] : [];
    const rows = [[definition.question], [m.activities.csv.option, unit], ...totals, ...byName];
    handOver('poll.csv', new Blob([csvOf(rows)], { type: 'text/csv' }));
  };
  return (
    <>
      <h5>{m.activities.results}</h5>
      <ul className="poll-bars">
        {options.map((option, index) => {
          const count = counts[index] ?? 0;
          return (
            <li key={option}>
              <span className="poll-bar-words">
                <bdi>{option}</bdi>
                {answer?.option === index && (
                  <span className="poll-right">
                    <Check aria-hidden="true" />
                    {m.activities.rightAnswer}
                  </span>
                )}
                <span className="poll-number">
                  {kind === 'ranked'
                    ? m.activities.points(count)
                    : m.activities.votes(count, format.percent(ballots === 0 ? 0 : count / ballots))}
                </span>
              </span>
              <svg className="poll-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width={Math.min(100, (count / full) * 100)} height="1" />
              </svg>
            </li>
          );
        })}
      </ul>
      <p className="activity-note">
        {m.common.sentences(
          m.activities.ballotsCounted(ballots),
          anonymous && !poll.mine ? m.activities.countedBy(poll.by) : m.activities.countedHere,
          ...(kind === 'ranked' ? [m.activities.borda(options.length)] : []),
        )}
      </p>
      {voters !== null && voters.length > 0 && (
        <details className="poll-who">
          <summary>
            <ChevronDown aria-hidden="true" />
            {m.activities.who}
          </summary>
          <dl>
            {voters.map(({ name, chosen }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name
              <div key={index}>
                <dt>
                  <bdi>{name}</bdi>
                </dt>
                <dd>{names(chosen)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <Button size="s" icon={<Download aria-hidden="true" />} onPress={save}>
        {m.activities.export}
      </Button>
    </>
  );
}
