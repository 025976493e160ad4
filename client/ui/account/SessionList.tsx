import type { SessionView } from '../../../shared/protocol/accounts.ts';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Failure } from './Failure.tsx';
import { useAccounts, useAction } from './useAccounts.ts';

/** The browsers that are signed in, each with a way to end it. */
export function SessionList({ sessions }: { sessions: readonly SessionView[] }) {
  const m = useSiteMessages();
  const accounts = useAccounts();
  const { moment } = useFormat();
  const { busy, failure, run } = useAction();
  return (
    <section className="account-section" aria-labelledby="sessions-heading">
      <h2 id="sessions-heading">{m.account.sessions}</h2>
      <ul className="account-list">
        {sessions.map(({ id, current, device, seen }) => (
          <li key={id}>
            <div>
              <p className="account-item">{device || m.account.unknownDevice}</p>
              <p className="account-note">{current ? m.account.thisDevice : m.account.seen(moment(seen))}</p>
            </div>
            {!current && (
              <Button
                size="s"
                busy={busy === id}
                label={m.account.endSessionOf(device || m.account.unknownDevice)}
                onPress={() => void run(id, () => accounts?.endSession(id))}
              >
                {m.account.endSession}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Failure code={failure} />
    </section>
  );
}
