import { useCallback, useEffect, useRef, useState } from 'react';

interface DocumentPictureInPicture {
  requestWindow(options: { readonly width: number; readonly height: number }): Promise<Window>;
}

declare global {
  interface Window {
    readonly documentPictureInPicture?: DocumentPictureInPicture;
  }
}

export interface FloatingWindow {
  /** Whether anything can float: a small meeting, or at least its main picture. */
  readonly supported: boolean;
  /** The open window; null where only a picture floats or nothing does. */
  readonly target: Window | null;
  /** Opens or closes it. Call in a click. */
  toggle(): void;
}

/** A small window of the meeting that stays above other programs. */
export function useFloatingWindow(): FloatingWindow {
  const [target, setTarget] = useState<Window | null>(null);
  const opened = useRef<Window | null>(null);
  useEffect(() => () => opened.current?.close(), []);

  const toggle = useCallback(() => {
    if (opened.current !== null) return opened.current.close();
    const api = window.documentPictureInPicture;
    if (api === undefined) return floatPicture();
    api.requestWindow({ width: 400, height: 290 }).then(
      (next) => {
        opened.current = next;
        next.addEventListener('pagehide', () => {
          opened.current = null;
          setTarget(null);
        });
        setTarget(next);
      },
      // Refused by the browser: nothing floats.
      () => undefined,
    );
  }, []);

  const supported =
    window.documentPictureInPicture !== undefined || document.pictureInPictureEnabled === true;
  return { supported, target, toggle };
}

/** Where documents cannot float, the main picture can. */
function floatPicture(): void {
  if (document.pictureInPictureElement) {
    document.exitPictureInPicture().catch(() => undefined);
    return;
  }
  const video =
    document.querySelector<HTMLVideoElement>('.tile[data-main="true"] video') ??
    document.querySelector<HTMLVideoElement>('.tile video:not(.video-mirrored)');
  if (video === null) return;
  video.disablePictureInPicture = false;
  video.requestPictureInPicture().catch(() => undefined);
}
