import { Disc } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { recordsWhileHidden } from '../../media/recording/browserTracks.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { lengthText, sizeText } from './amounts.ts';
import { KeptRecordings } from './KeptRecordings.tsx';
import { useActions } from './useMeeting.ts';

/** This device's own recording: time, size, pause and stop; then the file. */
export function RecorderBar({ recorder }: Pick<MeetingView, 'recorder'>) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const { state, ms, bytes, failure } = recorder;
  const recorded = useRef(false);
  useEffect(() => {
    if (state !== 'off') recorded.current = true;
  }, [state]);
  const size = sizeText(bytes, format);
  const paused = state === 'paused';
  if (state === 'off') {
    return (
      <>
        {failure !== null && (
          <div role="alert">
            <Banner
              tone="warn"
              actions={
                <Button size="s" onPress={() => actions.dismissRecorder()}>
                  {m.common.dismiss}
                </Button>
              }
            >
              {m.recording.failures[failure]}
            </Banner>
          </div>
        )}
        {recorded.current && <KeptRecordings />}
      </>
    );
  }
  if (state === 'starting' || state === 'saving') {
    return (
      <section aria-label={m.recording.signYou}>
        <Banner icon={<Disc />}>{state === 'saving' ? m.recording.saving : m.recording.starting}</Banner>
      </section>
    );
  }
  return (
    <section aria-label={m.recording.signYou}>
      <Banner
        icon={<Disc />}
        title={paused ? m.recording.paused(lengthText(ms), size) : m.recording.running(lengthText(ms), size)}
        actions={
          <>
            <Button size="s" onPress={() => actions.pauseRecording(!paused)}>
              {paused ? m.recording.resume : m.recording.pause}
            </Button>
            <Button size="s" tone="primary" onPress={() => actions.stopRecording()}>
              {m.recording.stop}
            </Button>
          </>
        }
      >
        {m.recording.othersTold}
      </Banner>
    </section>
  );
}

/** Before a recording starts: what others are told, and what this browser needs. */
export function RecordDialog({ onClose }: { readonly onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  return (
    <Dialog
      title={m.recording.startTitle}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            tone="primary"
            onPress={() => {
              onClose();
              actions.startRecording();
            }}
          >
            {m.recording.start}
          </Button>
        </>
      }
    >
      <p>{m.recording.startText}</p>
      <p>{m.recording.startAsk}</p>
      {!recordsWhileHidden() && <p>{m.recording.hiddenNo}</p>}
    </Dialog>
  );
}
