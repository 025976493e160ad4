import { useState } from 'react';
import { withoutRecording } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { useRecordingAllowed } from '../account/useAccounts.ts';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { Panel } from '../components/Panel.tsx';
import { AdmissionSection } from '../host/AdmissionSection.tsx';
import { BanSection } from '../host/BanSection.tsx';
import { EveryoneSection } from '../host/EveryoneSection.tsx';
import { GoneSection } from '../host/GoneSection.tsx';
import { MarkingSection } from '../host/MarkingSection.tsx';
import { PresetSection } from '../host/PresetSection.tsx';
import { RecoverySection } from '../host/RecoverySection.tsx';
import { SpeakingSection } from '../host/SpeakingSection.tsx';

/** Everyone at once, who comes in, and the rules of the meeting. */
export function HostPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const [question, setQuestion] = useState<Question | null>(null);
  const { rights } = view;
  const recordingAllowed = useRecordingAllowed();
  // The site takes no change of rules that still give the right, from before it refused recording.
  const policy = view.policy && !recordingAllowed ? withoutRecording(view.policy) : view.policy;
  const governs = rights.has('govern') && policy !== null;
  return (
    <Panel title={m.host.title} onClose={onClose}>
      {rights.has('moderate') && <EveryoneSection view={view} onAsk={setQuestion} />}
      {governs && (
        <>
          <AdmissionSection policy={policy} locked={view.locked} />
          <SpeakingSection policy={policy} view={view} />
          <GoneSection policy={policy} />
          <MarkingSection policy={policy} label={view.label} />
          <PresetSection policy={policy} />
        </>
      )}
      {rights.has('remove') && view.banned.length + view.barred.length > 0 && (
        <BanSection banned={view.banned} barred={view.barred} />
      )}
      {view.role === 'host' && rights.has('end') && <RecoverySection view={view} />}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </Panel>
  );
}
