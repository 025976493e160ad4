import { Flag } from 'lucide-react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Messages } from '../../i18n/en.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { Phase } from '../../meeting/phase.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { SignIn } from '../account/SignIn.tsx';
import { useAccountView } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { useReport } from '../report/ReportHost.tsx';
import { navigate } from '../router.ts';
import { KeptRecordings } from './KeptRecordings.tsx';

type EndPhase = Exclude<
  Phase,
  { readonly name: 'opening' | 'passphrase' | 'prejoin' | 'waiting' | 'joining' | 'meeting' }
>;

interface Props {
  readonly phase: EndPhase;
  /** This device's recording, which may still be finished. */
  readonly recorder: MeetingView['recorder']['state'];
  /** Whether this device was in the meeting. */
  readonly mayReport: boolean;
  readonly onReopen: () => void;
  readonly onTakeOver: () => void;
}

/** Every state in which the person is not in the meeting and not on the way in. */
export function Ending({ phase, recorder, mayReport, onReopen, onTakeOver }: Props) {
  const m = useMessages();
  const report = useReport();
  const mayVerify = useAccountView().site?.signIn.provider != null;
  if (phase.name === 'failed') return <Failed code={phase.code} onRetry={onReopen} />;
  const { title, text } = wordsOf(phase, m);
  const warn = phase.name === 'bad-link' && phase.reason === 'wrong-host';
  const step = nextStep();
  const ruled = phase.name === 'denied' && phase.rule !== undefined;
  return (
    <Outcome
      title={title}
      text={text}
      more={<KeptRecordings key={recorder} />}
      tone={warn ? 'warn' : 'plain'}
      actions={
        <>
          {ruled && mayVerify && <SignIn returnTo={`${location.pathname}${location.hash}`} providerOnly />}
          {step !== null && (
            <Button tone={ruled ? 'plain' : 'primary'} onPress={step.act}>
              {step.label}
            </Button>
          )}
          <Button tone={step === null ? 'primary' : 'plain'} onPress={() => navigate('/')}>
            {phase.name === 'ended' ? m.outcome.newMeeting : m.common.home}
          </Button>
          {mayReport && (
            <Button tone="quiet" icon={<Flag aria-hidden="true" />} onPress={() => report(null)}>
              {m.people.report}
            </Button>
          )}
        </>
      }
    />
  );

  function nextStep(): { label: string; act: () => void } | null {
    switch (phase.name) {
      case 'left':
        return { label: m.outcome.joinAgain, act: onReopen };
      case 'replaced':
        return { label: m.outcome.takeOver, act: onTakeOver };
      case 'removed':
      case 'denied':
        return phase.banned ? null : { label: m.outcome.askAgain, act: onReopen };
      case 'unsupported':
        // It can be turned on again; an old browser or an address without https stays what it is.
        return phase.reason === 'no-webrtc'
          ? { label: m.common.tryAgain, act: () => location.reload() }
          : null;
      default:
        return null;
    }
  }
}

function wordsOf(phase: Exclude<EndPhase, { readonly name: 'failed' }>, m: Messages) {
  switch (phase.name) {
    case 'removed':
      return phase.banned ? m.outcome.removedBanned : m.outcome.removed;
    case 'denied':
      if (phase.rule) return m.outcome.ruledOut[phase.rule];
      return phase.banned ? m.outcome.deniedBanned : m.outcome.denied;
    case 'ended':
      if (phase.by === null) return m.outcome.endedByUnknown;
      return phase.by === 'host' ? m.outcome.ended : m.outcome.endedByOperator;
    case 'host-gone':
      return m.outcome.hostGone;
    case 'left':
      return m.outcome.left;
    case 'replaced':
      return m.outcome.replaced;
    case 'bad-link':
      return m.outcome.badLink[phase.reason];
    case 'unsupported':
      return m.outcome.unsupported[phase.reason];
  }
}

const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['not-found', 'ended', 'banned', 'forbidden']);
const stale: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'version-mismatch',
  'bad-request',
  'bad-signature',
]);

/** An error that ended the way in, by its code, with what to do. */
export function Failed({ code, onRetry }: { code: ErrorCode; onRetry: () => void }) {
  const m = useMessages();
  const { title, text } = m.errors[code];
  return (
    <Outcome
      title={title}
      text={text}
      tone={lasting.has(code) ? 'plain' : 'warn'}
      actions={
        <>
          {stale.has(code) && (
            <Button tone="primary" onPress={() => location.reload()}>
              {m.common.reload}
            </Button>
          )}
          {code === 'sign-in-required' && <SignIn returnTo={`${location.pathname}${location.hash}`} />}
          {!stale.has(code) && !lasting.has(code) && code !== 'sign-in-required' && (
            <Button tone="primary" onPress={onRetry}>
              {m.common.tryAgain}
            </Button>
          )}
          <Button onPress={() => navigate('/')}>{m.common.home}</Button>
        </>
      }
    />
  );
}
