import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Finding } from '../../../shared/doctor/finding.ts';
import type { Diagnosis } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Problem } from './Problem.tsx';
import { useDesk } from './useDesk.ts';

const icons = {
  green: <CircleCheck aria-hidden="true" />,
  amber: <TriangleAlert aria-hidden="true" />,
  red: <CircleX aria-hidden="true" />,
} as const;

/** What keeps the site from working, and how to mend it: the command's own checks. */
export function DoctorSection() {
  const t = useAdminTexts();
  const desk = useDesk();
  const { busy, failure, run } = useAction();
  const [diagnosis, setDiagnosis] = useState<Diagnosis | null>(null);
  const check = () => run('check', async () => setDiagnosis(await desk.diagnose()));
  return (
    <section className="admin-part" aria-labelledby="doctor">
      <h2 id="doctor">{t.doctor.title}</h2>
      <p className="admin-note">{t.doctor.text}</p>
      <div>
        <Button tone="primary" busy={busy !== null} onPress={() => void check()}>
          {t.doctor.run}
        </Button>
      </div>
      <Problem code={failure} />
      {busy !== null && <Spinner text={t.doctor.running} />}
      {diagnosis !== null && busy === null && <Findings diagnosis={diagnosis} />}
    </section>
  );
}

function Findings({ diagnosis: { at, findings } }: { diagnosis: Diagnosis }) {
  const t = useAdminTexts();
  const { time } = useFormat();
  const wrong = findings.filter(({ state }) => state === 'red').length;
  return (
    <>
      <p role="status">
        <span className={wrong > 0 ? 'admin-warn' : ''}>
          {wrong > 0 ? t.doctor.wrong(wrong) : t.doctor.fine}
        </span>
        <span className="admin-note"> · {t.doctor.at(time(at))}</span>
      </p>
      <ul className="findings">
        {findings.map((finding) => (
          <FindingLine key={JSON.stringify(finding.found)} finding={finding} />
        ))}
      </ul>
    </>
  );
}

function FindingLine({ finding: { state, found } }: { finding: Finding }) {
  const t = useAdminTexts();
  const { name, says, fix } = t.doctor.words(found);
  return (
    <li className={`finding finding-${state}`}>
      <span className="finding-state">
        {icons[state]}
        {t.doctor.states[state]}
      </span>
      <span className="finding-words">
        <span>
          <strong>{name}</strong> {says}
        </span>
        {fix !== null && <span className="admin-note">{fix}</span>}
      </span>
    </li>
  );
}
