import { LogOut, Mic, MicOff, Undo2, Video, VideoOff } from 'lucide-react';
import { useLayoutEffect } from 'react';
import { createPortal } from 'react-dom';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Avatar } from '../components/Avatar.tsx';
import { Watermark } from '../host/Watermark.tsx';
import { VideoTrack } from './MediaTrack.tsx';
import type { PictureItem } from './stagePlan.ts';
import { selfOf, useActions } from './useMeeting.ts';
import './FloatingMeeting.css';

interface Props {
  readonly view: MeetingView;
  readonly target: Window;
  readonly item: PictureItem | null;
}

/** The meeting in a small window: what is most worth seeing, microphone, camera, the way back. */
export function FloatingMeeting({ view, target, item }: Props) {
  const m = useMessages();
  const actions = useActions();
  useLayoutEffect(() => dress(target.document), [target]);
  const self = selfOf(view);
  const member = view.members.find(({ device }) => device === item?.device) ?? self;
  const source = member && item ? member.sources[item.source] : member?.sources.camera;
  const isScreen = item?.source === 'screen';
  const microphoneOn = self?.sources.microphone.state === 'live';
  const cameraOn = self?.sources.camera.state === 'live';
  return createPortal(
    <main className="floating stage-surface" data-theme="dark">
      <div className="floating-picture">
        {source?.track && source.seal !== 'cut' ? (
          <VideoTrack
            track={source.track}
            fit={isScreen ? 'contain' : 'cover'}
            mirrored={member?.self === true && view.devices.mirrored}
          />
        ) : (
          member && <Avatar name={member.name} seed={member.device} size={88} />
        )}
        <Watermark view={view} />
        {view.label !== null && (
          <p className="floating-label">
            <bdi>{view.label}</bdi>
          </p>
        )}
        {member && (
          <p className="floating-name">
            <bdi>{isScreen ? m.room.screenOf(member.name) : member.name}</bdi>
          </p>
        )}
      </div>
      <div className="floating-bar">
        <button
          type="button"
          aria-pressed={microphoneOn}
          aria-label={m.controls.microphone}
          onClick={() => actions.setMicrophone(!microphoneOn)}
        >
          {microphoneOn ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
        </button>
        <button
          type="button"
          aria-pressed={cameraOn}
          aria-label={m.controls.camera}
          onClick={() => actions.setCamera(!cameraOn)}
        >
          {cameraOn ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
        </button>
        <button type="button" aria-label={m.view.back} onClick={() => target.close()}>
          <Undo2 aria-hidden="true" />
        </button>
        <button
          type="button"
          className="floating-leave"
          aria-label={m.controls.leave}
          onClick={() => {
            target.close();
            actions.leave();
          }}
        >
          <LogOut aria-hidden="true" />
        </button>
      </div>
    </main>,
    target.document.body,
  );
}

/** Gives the window the language and the style sheets of the page, this part's own included. */
function dress(target: Document): void {
  target.documentElement.lang = document.documentElement.lang;
  target.documentElement.dataset.theme = 'dark';
  target.title = document.title;
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    const copy = target.createElement('link');
    copy.rel = 'stylesheet';
    copy.href = link.href;
    target.head.append(copy);
  }
}
