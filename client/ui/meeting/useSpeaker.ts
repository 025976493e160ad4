import { useEffect, useRef, useState } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { MemberView } from '../../meeting/view.ts';
import { hear, lastHeard, silence } from './speaker.ts';

/** Who of the others is shown as speaking, and when each was last heard. */
export interface Speaker {
  readonly active: DeviceKey | null;
  readonly heardAt: (device: DeviceKey) => number;
}

/** Who speaks among the others, steady over pauses. */
export function useSpeaker(members: readonly MemberView[]): Speaker {
  const state = useRef(silence);
  const [speaker, setSpeaker] = useState<Speaker>({ active: null, heardAt: () => 0 });
  useEffect(() => {
    const voices = members
      .filter(({ self }) => !self)
      .map(({ device, level, sources }) => ({
        device,
        level: sources.microphone.state === 'live' ? level : 0,
      }));
    const next = hear(state.current, voices, performance.now());
    const changed = next.active !== state.current.active;
    state.current = next;
    if (changed) setSpeaker({ active: next.active, heardAt: (device) => lastHeard(state.current, device) });
  }, [members]);
  return speaker;
}
