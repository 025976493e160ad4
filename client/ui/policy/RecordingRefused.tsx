import { useMessages } from '../../i18n/messages.tsx';
import { useRecordingAllowed } from '../account/useAccounts.ts';

/** Why rules say nothing of recording, where the site lets nobody record. */
export function RecordingRefused() {
  const m = useMessages();
  return useRecordingAllowed() ? null : <p className="field-help">{m.host.recordingRefused}</p>;
}
