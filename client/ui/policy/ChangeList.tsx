import { ArrowDown, ArrowUp, Dot } from 'lucide-react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { changeText } from './changeText.ts';
import type { PolicyChange } from './policyChanges.ts';
import './policy.css';

/** How rules differ from others: what is looser first. */
export function ChangeList({ changes }: { changes: readonly PolicyChange[] }) {
  const m = useMessages();
  const format = useFormat();
  const groups = (['looser', 'stricter', 'other'] as const).map((direction) => ({
    direction,
    texts: changes.filter((each) => each.direction === direction).map((each) => changeText(each, m, format)),
  }));
  return (
    <div className="rule-changes">
      {groups
        .filter(({ texts }) => texts.length > 0)
        .map(({ direction, texts }) => (
          <div key={direction} className={`rule-change rule-change-${direction}`}>
            <p className="rule-change-head">
              {icons[direction]}
              {m.policy.directions[direction]}
            </p>
            <ul>
              {texts.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        ))}
    </div>
  );
}

const icons = {
  looser: <ArrowUp aria-hidden="true" />,
  stricter: <ArrowDown aria-hidden="true" />,
  other: <Dot aria-hidden="true" />,
} as const;
