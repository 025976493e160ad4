import { useState } from 'react';
import type { AccountRole } from '../../../shared/protocol/accounts.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Select } from '../components/Select.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { TextField } from '../components/TextField.tsx';
import { MadeLink } from './MadeLink.tsx';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useAsked, useDesk } from './useDesk.ts';

const roles = ['host', 'admin'] as const satisfies readonly AccountRole[];
const hours = ['24', '72', '168', '720'] as const;

/** One-time links: made, listed, withdrawn. */
export function LinksSection() {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const desk = useDesk();
  const { moment } = useFormat();
  const { value, failure, reload } = useAsked((asked) => asked.invites());
  const { busy, failure: refused, run } = useAction();
  return (
    <section className="admin-part" aria-labelledby="links">
      <h2 id="links">{t.links.title}</h2>
      <p className="admin-note">{t.links.text}</p>
      <Problem code={failure ?? refused} />
      <NewLink onMade={reload} />
      <h3>{t.links.waiting}</h3>
      {value === null && failure === null && <Spinner text={m.common.loading} />}
      {value?.length === 0 && <p className="admin-note">{t.links.empty}</p>}
      {value !== null && value.length > 0 && (
        <Table
          caption={t.links.waiting}
          columns={[t.links.for, t.links.gives, t.links.expires, t.actions]}
          rows={value.map(({ id, name, role, reopens, expiresAt }) => ({
            key: id,
            cells: [
              <bdi key="name">{name}</bdi>,
              reopens ? t.links.reopens : t.people.roles[role],
              moment(expiresAt),
              <Button
                key="withdraw"
                size="s"
                busy={busy === id}
                label={t.links.withdrawOf(name)}
                onPress={() =>
                  void run(id, async () => {
                    await desk.withdrawInvite(id);
                    await reload();
                  })
                }
              >
                {t.links.withdraw}
              </Button>,
            ],
          }))}
        />
      )}
    </section>
  );
}

function NewLink({ onMade }: { onMade: () => Promise<void> }) {
  const t = useAdminTexts();
  const desk = useDesk();
  const { busy, failure, run } = useAction();
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const [role, setRole] = useState<(typeof roles)[number]>('host');
  const [valid, setValid] = useState<(typeof hours)[number]>('72');
  const [made, setMade] = useState<{ readonly name: string; readonly link: string } | null>(null);
  const make = () => {
    const given = name.trim();
    setMissing(given === '');
    if (given === '') return;
    void run('make', async () => {
      const link = await desk.makeInvite({ name: given, role, hours: Number(valid), account: null });
      setMade({ name: given, link });
      setName('');
      await onMade();
    });
  };
  return (
    <>
      <form
        className="admin-form"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <TextField
          label={t.links.for}
          description={t.links.forHelp}
          error={missing ? t.links.forMissing : null}
          value={name}
          onChange={setName}
          maxLength={60}
        />
        <Select
          label={t.links.role}
          value={role}
          choices={roles.map((id) => ({ id, name: t.people.roles[id] }))}
          onChange={(chosen) => setRole(roles.find((each) => each === chosen) ?? 'host')}
        />
        <Select
          label={t.links.hours}
          value={valid}
          choices={hours.map((id) => ({ id, name: t.links.hoursOf[id] }))}
          onChange={(chosen) => setValid(hours.find((each) => each === chosen) ?? '72')}
        />
        <Button type="submit" tone="primary" busy={busy !== null}>
          {t.links.make}
        </Button>
      </form>
      <Problem code={failure} />
      {made !== null && <MadeLink {...made} />}
    </>
  );
}
