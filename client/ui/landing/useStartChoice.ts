import { useCallback, useEffect, useState } from 'react';
import type { MeetingRules, PresetId, SavedPreset } from '../../meeting/library/entry.ts';
import { useLibrary } from '../useLibrary.ts';
import { type Choice, resumeChoice, savedChoice } from './startChoice.ts';

export interface StartChoice {
  /** Whether what was chosen last is known yet. */
  readonly ready: boolean;
  /** Null while the person has to say it. */
  readonly choice: Choice | null;
  /** Why the person has to: what this device kept cannot be read. */
  readonly lost: boolean;
  readonly presets: readonly SavedPreset[];
  /** Ids of presets that cannot be read. */
  readonly unreadable: readonly string[];
  /** The browser did not take what was to be saved. */
  readonly unsaved: boolean;
  choose(choice: Choice): void;
  /** Saves a preset and chooses it. Resolves to whether the browser took it. */
  save(name: string, rules: MeetingRules, id?: PresetId): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** By which rules the next meeting is to be founded. */
export function useStartChoice(): StartChoice {
  const opened = useLibrary();
  const library = opened.state === 'open' ? opened.library : null;
  const [ready, setReady] = useState(false);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [lost, setLost] = useState(false);
  const [unsaved, setUnsaved] = useState(false);
  const [saved, setSaved] = useState<Pick<StartChoice, 'presets' | 'unreadable'>>({
    presets: [],
    unreadable: [],
  });

  useEffect(() => {
    let current = true;
    const ask = () => {
      if (!current) return;
      setLost(true);
      setReady(true);
    };
    if (opened.state === 'failed') ask();
    if (library) {
      Promise.all([library.presets(), library.lastChoice()]).then(([kept, last]) => {
        if (!current) return;
        const resumed = resumeChoice(last, kept.presets);
        setSaved(kept);
        // Whoever was quicker than the storage has chosen already.
        setChoice((chosen) => chosen ?? resumed);
        setLost(resumed === null);
        setReady(true);
      }, ask);
    }
    return () => {
      current = false;
    };
  }, [opened.state, library]);

  const choose = useCallback((chosen: Choice) => {
    setChoice(chosen);
  }, []);

  return {
    ready,
    choice,
    lost: lost && choice === null,
    ...saved,
    unsaved,
    choose,
    async save(name, rules, id) {
      try {
        if (!library) throw new Error('nothing is kept here');
        choose(savedChoice(await library.keepPreset(name, rules, id)));
        setSaved(await library.presets());
        setUnsaved(false);
        return true;
      } catch {
        setUnsaved(true);
        return false;
      }
    },
    async remove(id) {
      try {
        await library?.deletePreset(id);
        if (library) setSaved(await library.presets());
      } catch {
        setUnsaved(true);
        return;
      }
      // Its rules stay chosen under no name, so that nothing gets looser by deleting.
      setChoice((chosen) =>
        chosen?.source.kind === 'saved' && chosen.source.id === id
          ? { ...chosen, source: { kind: 'custom' } }
          : chosen,
      );
    },
  };
}
