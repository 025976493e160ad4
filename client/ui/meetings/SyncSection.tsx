import { type FormEvent, useState } from 'react';
import type { AccountId } from '../../../shared/protocol/accounts.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingEntry } from '../../meeting/library/entry.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Confirm } from '../components/Confirm.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { TextField } from '../components/TextField.tsx';
import type { LoadServices } from '../services.ts';
import { useListSync } from './useListSync.ts';

interface Props {
  readonly account: AccountId;
  readonly services: LoadServices;
  readonly entries: readonly MeetingEntry[];
  /** The list may have changed. */
  readonly onSynced: () => Promise<void>;
}

/** Keeps the list on the other devices of whoever is signed in: turned on, joined by a code, turned off. */
export function SyncSection({ account, services, entries, onSynced }: Props) {
  const m = useMessages();
  const words = m.meetings.sync;
  const { code, busy, failure, run } = useListSync(account, services, entries, onSynced);
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const known = { ...m.errors, ...words.failures };
  const stuck = failure === 'not-opened' || failure === 'code-needed';

  async function turnOn(anew: boolean): Promise<void> {
    await run(async (sync) => {
      await sync.turnOn(anew);
      setShown(true);
    });
  }

  function enter(event: FormEvent): void {
    event.preventDefault();
    void run(async (sync) => {
      await sync.enter(typed);
      setTyped('');
    });
  }

  return (
    <section className="meetings-sync" aria-labelledby="sync-heading">
      <h2 id="sync-heading">{words.title}</h2>
      <p>{words.text}</p>
      <p>{words.carries}</p>
      <p role="status">{busy ? words.working : code && failure === null ? words.done : ''}</p>
      {failure !== null && (
        <div role="alert">
          <Banner tone="warn" title={known[failure].title}>
            {known[failure].text}
          </Banner>
        </div>
      )}
      {code && shown && (
        <>
          <p>{words.code}</p>
          <p className="meetings-sync-code">{code}</p>
        </>
      )}
      <div className="meetings-sync-actions">
        {code === null && (
          <Button busy={busy} onPress={() => void turnOn(false)}>
            {words.turnOn}
          </Button>
        )}
        {code && (
          <>
            <Button onPress={() => setShown(!shown)}>{shown ? words.hideCode : words.showCode}</Button>
            {shown && <CopyButton text={code} label={words.copy} />}
            <Button busy={busy} onPress={() => void run((sync) => sync.sync())}>
              {words.now}
            </Button>
            <Button tone="quiet" onPress={() => void run((sync) => sync.turnOff())}>
              {words.turnOff}
            </Button>
          </>
        )}
        {stuck && <Button onPress={() => setAsking(true)}>{words.anew}</Button>}
      </div>
      {code && <p>{words.offText}</p>}
      {(code === null || stuck) && (
        <form className="meetings-sync" onSubmit={enter}>
          <TextField
            label={words.enter}
            value={typed}
            onChange={setTyped}
            maxLength={40}
            description={words.enterHelp}
          />
          <div className="meetings-sync-actions">
            <Button type="submit" busy={busy} disabled={typed.trim() === ''}>
              {words.join}
            </Button>
          </div>
        </form>
      )}
      {asking && (
        <Confirm
          question={{
            title: words.anewTitle,
            text: words.anewText,
            confirm: words.anew,
            tone: 'warn',
            act: () => void turnOn(true),
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
