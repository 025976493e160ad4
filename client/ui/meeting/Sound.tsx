import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MemberView } from '../../meeting/view.ts';

/** What plays the others' sound, and whether the browser lets it. */
export interface Sound {
  readonly blocked: boolean;
  /** Called from a click: the browser then allows sound. */
  unblock(): void;
  readonly elements: Set<HTMLAudioElement>;
  play(element: HTMLAudioElement): void;
}

/** Plays the others, and says when the browser wants a press first. */
export function useSound(): Sound {
  const [blocked, setBlocked] = useState(false);
  const elements = useRef(new Set<HTMLAudioElement>()).current;

  const play = useCallback((element: HTMLAudioElement) => {
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') setBlocked(true);
    });
  }, []);

  const unblock = useCallback(() => {
    setBlocked(false);
    for (const element of elements) play(element);
  }, [elements, play]);

  return useMemo(() => ({ blocked, unblock, elements, play }), [blocked, unblock, elements, play]);
}

interface Props {
  readonly members: readonly MemberView[];
  /** Output device, or null for the system's. */
  readonly speaker: string | null;
  readonly sound: Sound;
}

/** One audio element per remote microphone and per sound of a shared screen. */
export const SoundOutput = memo(function SoundOutput({ members, speaker, sound }: Props) {
  return members
    .filter((member) => !member.self)
    .flatMap((member) =>
      [member.sources.microphone, member.sources.screenAudio].map(({ track }) =>
        track === null ? null : <AudioTrack key={track.id} track={track} speaker={speaker} sound={sound} />,
      ),
    );
});

function AudioTrack({
  track,
  speaker,
  sound,
}: {
  track: MediaStreamTrack;
  speaker: string | null;
  sound: Sound;
}) {
  const ref = useRef<HTMLAudioElement>(null);
  const { elements, play } = sound;

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    elements.add(element);
    play(element);
    return () => {
      elements.delete(element);
      element.srcObject = null;
    };
  }, [track, elements, play]);

  useEffect(() => {
    const element = ref.current;
    if (element === null || !('setSinkId' in element)) return;
    // A speaker that has gone is reported by the session; sound stays on the one before.
    element.setSinkId(speaker ?? '').catch(() => undefined);
  }, [speaker]);

  // biome-ignore lint/a11y/useMediaCaption: live speech; captions are made by people or on their devices
  return <audio ref={ref} autoPlay hidden />;
}
