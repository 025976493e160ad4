import { Ellipsis, KeyRound, LogOut, UserCog, UserMinus, Users } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { type AccountRole, accountRoles } from '../../../shared/protocol/accounts.ts';
import type { AdminAccount } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { MadeLink } from './MadeLink.tsx';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useAsked, useDesk } from './useDesk.ts';

/** How long a link to come back waits, in hours. */
const REOPEN_HOURS = 72;

/** Who has an account, and what may be done about it. */
export function PeopleSection() {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const { moment } = useFormat();
  const { value, failure, reload } = useAsked((desk) => desk.accounts());
  const actions = useAccountActions(reload);
  return (
    <section className="admin-part" aria-labelledby="people">
      <h2 id="people">{t.people.title}</h2>
      <p className="admin-note">{t.people.text}</p>
      <Problem code={failure ?? actions.failure} />
      {actions.made !== null && <MadeLink {...actions.made} />}
      {value === null && failure === null && <Spinner text={m.common.loading} />}
      {value?.length === 0 && (
        <EmptyState icon={<Users aria-hidden="true" />} title={t.people.empty} text={t.people.emptyText} />
      )}
      {value !== null && value.length > 0 && (
        <Table
          caption={t.people.title}
          columns={[t.people.name, t.people.role, t.people.kind, t.people.sessions, t.actions]}
          rows={value.map((account) => ({
            key: account.id,
            cells: [
              <span key="name" className="admin-cell">
                <span>
                  <bdi>{account.name}</bdi>
                  {account.self && <span className="admin-note"> ({t.people.you})</span>}
                </span>
                <span className="admin-note">{t.people.since(moment(account.createdAt))}</span>
              </span>,
              <span key="role" className="admin-cell">
                {t.people.roles[account.role]}
                {account.kind === 'provider' && <span className="admin-note">{t.people.byProvider}</span>}
              </span>,
              account.kind === 'provider' ? t.people.provider : t.people.local(account.passkeys),
              t.people.browsers(account.sessions),
              <Menu
                key="menu"
                label={t.people.actions(account.name)}
                trigger={
                  <AriaButton className="icon-button" aria-label={t.people.actions(account.name)}>
                    <Ellipsis aria-hidden="true" />
                  </AriaButton>
                }
                entries={actions.entriesOf(account)}
              />,
            ],
          }))}
        />
      )}
      {actions.question !== null && <Confirm question={actions.question} onClose={actions.dismiss} />}
    </section>
  );
}

/** What can be done with an account, each after a question. */
function useAccountActions(reload: () => Promise<void>) {
  const t = useAdminTexts();
  const desk = useDesk();
  const { failure, run } = useAction();
  const [question, setQuestion] = useState<Question | null>(null);
  const [made, setMade] = useState<{ readonly name: string; readonly link: string } | null>(null);

  const change = (name: string, work: () => Promise<void>) =>
    void run(name, async () => {
      await work();
      await reload();
    });
  const ask = (title: string, text: string, confirm: string, act: () => void) =>
    setQuestion({ title, text, confirm, tone: 'warn', act });
  const reopen = ({ id, name }: AdminAccount) =>
    change('reopen', async () => {
      const link = await desk.makeInvite({ name, role: 'host', hours: REOPEN_HOURS, account: id });
      setMade({ name, link });
    });
  const roleEntry = ({ id, name }: AdminAccount, role: AccountRole): MenuEntry => ({
    id: role,
    name: t.people.makeRole(t.people.roles[role]),
    icon: <UserCog aria-hidden="true" />,
    act: () =>
      ask(
        t.people.roleTitle(name, t.people.roles[role]),
        role === 'admin' ? t.people.roleAdminText : t.people.roleText,
        t.people.change,
        () => change('role', () => desk.setRole(id, role)),
      ),
  });
  const entriesOf = (account: AdminAccount): readonly MenuEntry[] => {
    const { id, name, kind, role, self } = account;
    const local = kind === 'local' && !self;
    return [
      ...(local ? accountRoles.filter((each) => each !== role).map((each) => roleEntry(account, each)) : []),
      ...(kind === 'local'
        ? [
            {
              id: 'reopen',
              name: t.people.reopen,
              icon: <KeyRound aria-hidden="true" />,
              act: () => reopen(account),
            },
          ]
        : []),
      {
        id: 'revoke',
        name: t.people.revoke,
        icon: <LogOut aria-hidden="true" />,
        warn: true,
        act: () =>
          ask(t.people.revokeTitle(name), t.people.revokeText, t.people.revoke, () =>
            change('revoke', () => desk.revokeSessions(id)),
          ),
      },
      ...(self
        ? []
        : [
            {
              id: 'remove',
              name: t.people.remove,
              icon: <UserMinus aria-hidden="true" />,
              warn: true,
              act: () =>
                ask(t.people.removeTitle(name), t.people.removeText, t.people.remove, () =>
                  change('remove', () => desk.removeAccount(id)),
                ),
            },
          ]),
    ];
  };
  return { entriesOf, question, dismiss: () => setQuestion(null), made, failure };
}
