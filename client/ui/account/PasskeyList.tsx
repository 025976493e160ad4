import { type FormEvent, useState } from 'react';
import type { PasskeyView } from '../../../shared/protocol/accounts.ts';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { TextField } from '../components/TextField.tsx';
import { Failure } from './Failure.tsx';
import { useAccounts, useAction } from './useAccounts.ts';

/** The passkeys of a local account, and a way to add one. */
export function PasskeyList({ passkeys }: { passkeys: readonly PasskeyView[] }) {
  const m = useSiteMessages();
  const accounts = useAccounts();
  const { moment } = useFormat();
  const [name, setName] = useState('');
  const { busy, failure, run } = useAction();

  function add(event: FormEvent): void {
    event.preventDefault();
    void run('add', async () => {
      await accounts?.addPasskey(name.trim() || m.account.passkeyDefault);
      setName('');
    });
  }

  return (
    <section className="account-section" aria-labelledby="passkeys-heading">
      <h2 id="passkeys-heading">{m.account.passkeys}</h2>
      <p className="account-note">{passkeys.length === 0 ? m.account.passkeyNone : m.account.passkeyText}</p>
      {passkeys.length > 0 && (
        <ul className="account-list">
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <div>
                <p className="account-item">{passkey.name}</p>
                <p className="account-note">{m.account.added(moment(passkey.since))}</p>
              </div>
              <Button
                size="s"
                busy={busy === passkey.id}
                label={m.account.removePasskeyOf(passkey.name)}
                onPress={() => void run(passkey.id, () => accounts?.removePasskey(passkey.id))}
              >
                {m.account.removePasskey}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className="account-add" onSubmit={add}>
        <TextField
          label={m.account.passkeyName}
          value={name}
          onChange={setName}
          maxLength={60}
          description={m.account.passkeyNameHelp}
        />
        <Button type="submit" busy={busy === 'add'}>
          {m.account.addPasskey}
        </Button>
      </form>
      <Failure code={failure} />
    </section>
  );
}
