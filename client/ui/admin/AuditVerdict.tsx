import { useState } from 'react';
import type { AuditState } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Problem } from './Problem.tsx';
import { useDesk } from './useDesk.ts';

/** Whether the log is whole, when asked for. */
export function AuditVerdict() {
  const t = useAdminTexts();
  const desk = useDesk();
  const { number } = useFormat();
  const { busy, failure, run } = useAction();
  const [state, setState] = useState<AuditState | null>(null);
  const verify = () => run('verify', async () => setState(await desk.verifyAudit()));
  return (
    <>
      <div>
        <Button busy={busy !== null} onPress={() => void verify()}>
          {t.audit.verify}
        </Button>
      </div>
      <Problem code={failure} />
      <div role="status">
        {state?.ok === true && (
          <Banner
            title={t.audit.verified(number(state.entries), number(state.signedUpTo))}
            details={
              <dl className="admin-facts">
                <dt>{t.audit.head}</dt>
                <dd>
                  <code>{state.head ?? t.none}</code>
                </dd>
                <dt>{t.audit.siteKey}</dt>
                <dd>
                  <code>{state.siteKey}</code>
                </dd>
              </dl>
            }
          >
            {t.audit.verifiedText}
          </Banner>
        )}
        {state?.ok === false && (
          <Banner tone="warn" title={t.audit.broken(number(state.seq))}>
            {t.audit.brokenText(t.audit.faults[state.why])}
          </Banner>
        )}
      </div>
    </>
  );
}
