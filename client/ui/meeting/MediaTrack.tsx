import { useEffect, useRef } from 'react';

interface Props {
  readonly track: MediaStreamTrack;
  readonly mirrored?: boolean;
  /** `contain` for screens, where the edges matter. */
  readonly fit?: 'cover' | 'contain';
  readonly label?: string;
}

/** Shows a video track; sound has elements of its own. */
export function VideoTrack({ track, mirrored = false, fit = 'cover', label }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    // A rejected play only means that another source came first.
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={ref}
      className={`video video-${fit}${mirrored ? ' video-mirrored' : ''}`}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
      {...(label === undefined ? { 'aria-hidden': true } : { 'aria-label': label })}
    />
  );
}
