import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Props {
  readonly track: MediaStreamTrack;
  readonly mirrored?: boolean;
  /** `contain` for screens, where the edges matter. */
  readonly fit?: 'cover' | 'contain';
  readonly label?: string;
  /** Shown until the first picture is there. */
  readonly before?: ReactNode;
}

/** Shows a video track; sound has elements of its own. */
export function VideoTrack({ track, mirrored = false, fit = 'cover', label, before = null }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState<MediaStreamTrack | null>(null);
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
    <>
      {shown !== track && before}
      <video
        ref={ref}
        className={`video video-${fit}${mirrored ? ' video-mirrored' : ''}`}
        autoPlay
        playsInline
        muted
        disablePictureInPicture
        onLoadedData={() => setShown(track)}
        {...(label === undefined ? { 'aria-hidden': true } : { 'aria-label': label })}
      />
    </>
  );
}
