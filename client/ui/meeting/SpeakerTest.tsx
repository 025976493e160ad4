import { Volume2 } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { playChime } from './chime.ts';

type State = 'idle' | 'playing' | 'played' | 'failed';

/** Plays a short sound at the chosen speaker, and says what to do when it is not heard. */
export function SpeakerTest({ speaker }: { speaker: string | null }) {
  const m = useMessages();
  const [state, setState] = useState<State>('idle');
  async function test(): Promise<void> {
    setState('playing');
    try {
      await playChime(speaker);
      setState('played');
    } catch {
      setState('failed');
    }
  }
  const words = {
    idle: '',
    playing: m.devices.playing,
    played: m.devices.played,
    failed: m.devices.playFailed,
  };
  return (
    <div className="speaker-test">
      <Button
        size="s"
        icon={<Volume2 aria-hidden="true" />}
        disabled={state === 'playing'}
        onPress={() => void test()}
      >
        {m.devices.testSound}
      </Button>
      <span role="status">{words[state]}</span>
    </div>
  );
}
