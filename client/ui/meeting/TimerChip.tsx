import { Timer as TimerIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { leftOf, type Timer } from '../../meeting/activities/room.ts';
import { usePreferences } from '../preferences.ts';
import { useNow } from '../useNow.ts';
import { playChime } from './chime.ts';

const MINUTE_MS = 60_000;

/** Milliseconds left of a timer, as they go by; 0 without one. */
export function useLeft(timer: Timer | null): number {
  const now = useNow(timer?.running ? timer.at + timer.left : null);
  return timer === null ? 0 : leftOf(timer, now);
}

/** A duration as on a clock, `1:02:03` or `2:03`. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

interface Props {
  readonly timer: Timer | null;
  /** Where the chime is heard; null for the system's. */
  readonly speaker: string | null;
  readonly onPress: () => void;
}

/** The hosts' timer in the head of the meeting; says aloud when it starts, a minute before, and when it is over. */
export function TimerChip({ timer, speaker, onPress }: Props) {
  const m = useMessages();
  const { chime } = usePreferences();
  const left = useLeft(timer);
  const [said, setSaid] = useState('');
  const words = m.activities.said;
  useEffect(() => {
    if (!timer?.running) return setSaid('');
    const due = leftOf(timer, Date.now());
    if (due === 0) return;
    if (timer.left === timer.total) setSaid(words.started(Math.round(timer.total / MINUTE_MS)));
    const timers = [
      due > MINUTE_MS ? setTimeout(() => setSaid(words.minute), due - MINUTE_MS) : undefined,
      setTimeout(() => {
        setSaid(words.over);
        // A browser that does not allow sound here leaves the words.
        if (chime) void playChime(speaker).catch(() => undefined);
      }, due),
    ];
    return () => {
      for (const each of timers) clearTimeout(each);
    };
  }, [timer, words, chime, speaker]);
  const text = left === 0 ? m.activities.over : clockText(left);
  const paused = timer !== null && !timer.running && left > 0;
  // What is seen is part of what is said, word for word.
  const nameOf = paused ? m.activities.timerPaused : m.activities.timerLeft;
  return (
    <>
      {timer !== null && (
        <AriaButton
          className={`head-chip ${left === 0 ? 'head-chip-warning' : ''}`}
          aria-label={left === 0 ? text : nameOf(text)}
          onPress={onPress}
        >
          <TimerIcon aria-hidden="true" />
          <span className="head-timer">{text}</span>
          {paused && <span> {m.activities.paused}</span>}
        </AriaButton>
      )}
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}
