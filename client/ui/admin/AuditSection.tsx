import { useState } from 'react';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { saveAs } from '../saveAs.ts';
import { AuditRows } from './AuditRows.tsx';
import { AuditVerdict } from './AuditVerdict.tsx';
import { Problem } from './Problem.tsx';
import { useDesk } from './useDesk.ts';

/** The audit log: verified, exported, searched. */
export function AuditSection() {
  const t = useAdminTexts();
  const desk = useDesk();
  const { busy, failure, run } = useAction();
  // What is exported stands in the log as well: it is asked for anew.
  const [exports, setExports] = useState(0);
  const save = () =>
    run('export', async () => {
      saveAs(t.audit.exportFile, 'application/x-ndjson', await desk.exportAudit());
      setExports((before) => before + 1);
    });
  return (
    <section className="admin-part" aria-labelledby="audit">
      <div className="admin-part-head">
        <h2 id="audit">{t.audit.title}</h2>
        <Button size="s" busy={busy !== null} onPress={() => void save()}>
          {t.audit.export}
        </Button>
      </div>
      <p className="admin-note">{t.audit.text}</p>
      <Problem code={failure} />
      <AuditVerdict />
      <AuditRows key={exports} />
    </section>
  );
}
