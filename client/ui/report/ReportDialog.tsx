import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { ReportView } from '../../meeting/reportView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { AttachStep } from './AttachStep.tsx';
import { complete, type Draft } from './draft.ts';
import { SendStep } from './SendStep.tsx';
import { Sent } from './Sent.tsx';
import { useSavedReport } from './useSavedReport.ts';
import { WhatStep } from './WhatStep.tsx';
import './report.css';

interface Props {
  readonly view: MeetingView;
  readonly report: ReportView;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly onClose: () => void;
}

/** A report in three steps: what happened, what goes with it, check and send. */
export function ReportDialog({ view, report, draft, onDraft, onClose }: Props) {
  const m = useMessages();
  const actions = useActions();
  const { progress } = report;
  const [step, setStep] = useState(0);
  const [missing, setMissing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const saved = useSavedReport(progress);
  const sent = progress.name === 'sent';
  const moved = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step begins at its heading
  useEffect(() => {
    if (moved.current) heading.current?.focus();
    moved.current = true;
  }, [step, sent]);

  const { steps } = m.report;
  const whole = complete(draft);
  const next = () => {
    setMissing(whole === null);
    if (whole !== null) setStep(step + 1);
  };
  return (
    <Dialog title={m.report.title} onClose={onClose} wide actions={buttons()}>
      <h3 className="report-step" ref={heading} tabIndex={-1}>
        {sent ? m.report.sentTitle : m.report.step(step + 1, steps.length, steps[step] ?? '')}
      </h3>
      {progress.name === 'sent' && <Sent report={progress.report} />}
      {!sent && step === 0 && (
        <WhatStep
          draft={draft}
          people={report.people}
          missing={missing && whole === null}
          onDraft={onDraft}
        />
      )}
      {!sent && step === 1 && <AttachStep draft={draft} view={view} onDraft={onDraft} />}
      {!sent && step === 2 && <SendStep draft={draft} report={report} saved={saved} />}
    </Dialog>
  );

  function buttons() {
    if (sent) {
      return (
        <Button tone="primary" onPress={onClose}>
          {m.report.done}
        </Button>
      );
    }
    return (
      <>
        {step > 0 && <Button onPress={() => setStep(step - 1)}>{m.report.back}</Button>}
        {step < steps.length - 1 && (
          <Button tone="primary" onPress={next}>
            {m.report.next}
          </Button>
        )}
        {step === steps.length - 1 && whole !== null && report.fingerprint === null && (
          <Button tone="primary" onPress={() => actions.packReport(whole)}>
            {m.report.save}
          </Button>
        )}
        {step === steps.length - 1 && whole !== null && report.fingerprint !== null && (
          <Button
            tone="primary"
            busy={progress.name === 'sending'}
            onPress={() => {
              if (progress.name !== 'sending') actions.report(whole);
            }}
          >
            {m.report.send}
          </Button>
        )}
      </>
    );
  }
}
