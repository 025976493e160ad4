import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { codeGroups } from './safetyCode.ts';
import './CompareDialog.css';

type Result = 'open' | 'same' | 'different';

/** Comparing the safety code aloud, one group at a time, in a rhythm that two people can follow. */
export function CompareDialog({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const [code, setCode] = useState(view.seal.code);
  const [step, setStep] = useState(0);
  const [result, setResult] = useState<Result>('open');
  const groups = codeGroups(code);
  const changed = result === 'open' && view.seal.code !== code;
  const last = step === groups.length - 1;

  // Emptied only while keys are set up anew: then there is nothing to compare.
  useEffect(() => {
    if (view.seal.code === '') onClose();
  }, [view.seal.code, onClose]);

  function startAgain(): void {
    setCode(view.seal.code);
    setStep(0);
  }

  if (result !== 'open') {
    return (
      <Dialog
        title={result === 'same' ? m.compare.sameTitle : m.compare.differentTitle}
        onClose={onClose}
        actions={
          <Button tone="primary" onPress={onClose}>
            {m.common.close}
          </Button>
        }
      >
        <p>{result === 'same' ? m.compare.sameText : m.compare.differentText}</p>
        {result === 'same' && <Verified view={view} />}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={m.compare.title}
      onClose={onClose}
      wide
      actions={
        <>
          <Button onPress={() => setResult('different')}>{m.compare.differs}</Button>
          <Button disabled={step === 0 || changed} onPress={() => setStep(step - 1)}>
            {m.compare.back}
          </Button>
          <Button
            tone="primary"
            autoFocus
            disabled={changed}
            onPress={() => (last ? setResult('same') : setStep(step + 1))}
          >
            {last ? m.compare.allSame : m.compare.next}
          </Button>
        </>
      }
    >
      <p className="compare-how">{m.compare.how}</p>
      {changed && (
        <div role="alert">
          <Banner
            tone="warn"
            title={m.compare.changedTitle}
            actions={
              <Button size="s" onPress={startAgain}>
                {m.compare.startAgain}
              </Button>
            }
          >
            {m.compare.changedText}
          </Banner>
        </div>
      )}
      <div className="compare-group" aria-live="polite" data-stale={changed}>
        <p className="compare-step">{m.compare.step(step + 1, groups.length)}</p>
        <p className="compare-digits" aria-hidden="true">
          {rhythm(groups[step] ?? '').map((part) => (
            <span key={part}>{part}</span>
          ))}
        </p>
        <p className="compare-spoken">{spoken(groups[step] ?? '', m.compare.digits)}</p>
      </div>
      <ol className="compare-all" aria-label={m.seal.code}>
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <li key={index} data-state={index === step ? 'now' : index < step ? 'done' : 'next'}>
            {group}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

/** Five digits as they are spoken: three, a breath, two. */
function rhythm(group: string): readonly [string, string] {
  return [group.slice(0, 3), group.slice(3)];
}

function spoken(group: string, digits: readonly string[]): string {
  const words = (part: string) => [...part].map((digit) => digits[Number(digit)] ?? digit).join(' ');
  return rhythm(group).map(words).join(' · ');
}

/** After a good comparison: whose voice it was. */
function Verified({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const others = view.members.filter((member) => !member.self);
  if (others.length === 0) return null;
  return (
    <section className="compare-people">
      <h3>{m.compare.who}</h3>
      <p>{m.compare.whoText}</p>
      <ul className="compare-list">
        {others.map((member) => (
          <li key={member.device}>
            <bdi>{member.name}</bdi>
            {member.trust === 'verified' ? (
              <span className="compare-verified">
                <Check aria-hidden="true" />
                {m.people.trust.verified}
              </span>
            ) : (
              <Button
                size="s"
                label={m.compare.markName(member.name)}
                onPress={() => actions.markVerified(member.device)}
              >
                {m.people.verify}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
