import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { InvitationWish } from '../../meeting/invitationView.ts';
import { Button } from '../components/Button.tsx';
import { DateTimeField } from '../components/DateTimeField.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { NewPassphrase } from './NewPassphrase.tsx';
import { noPassphrase, passphraseProblem } from './passphraseDraft.ts';

interface Props {
  readonly onCreate: (wish: InvitationWish) => void;
  readonly onClose: () => void;
}

const NAME_CHARACTERS = 60;
const some = [2, 3, 5, 10, 20, 30, 50, 100, 200];

/** Makes an invitation: for whom, how many, until when, and past the waiting room or not. */
export function NewInvitation({ onCreate, onClose }: Props) {
  const m = useMessages();
  const [name, setName] = useState('');
  const [reach, setReach] = useState<'one' | 'some' | 'any'>('one');
  const [uses, setUses] = useState(10);
  const [expires, setExpires] = useState<number | null>(null);
  const [straightIn, setStraightIn] = useState(false);
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const [checked, setChecked] = useState(false);

  const nameMissing = name.trim() === '';
  const past = expires !== null && expires <= Date.now();

  function create(): void {
    setChecked(true);
    if (nameMissing || past || passphraseProblem(passphrase) !== null) return;
    onCreate({
      name: name.trim(),
      uses: reach === 'one' ? 1 : reach === 'some' ? uses : null,
      expires,
      straightIn,
      personal: reach === 'one',
      ...(passphrase.wanted ? { passphrase: passphrase.text } : {}),
    });
    onClose();
  }

  return (
    <Dialog
      title={m.invite.new}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button tone="primary" onPress={create}>
            {m.invite.create}
          </Button>
        </>
      }
    >
      <div className="form">
        <TextField
          label={m.invite.name}
          description={m.invite.nameHelp}
          value={name}
          maxLength={NAME_CHARACTERS}
          error={checked && nameMissing ? m.invite.nameMissing : null}
          onChange={setName}
        />
        <RadioCards
          label={m.invite.reach}
          value={reach}
          onChange={setReach}
          choices={[
            { value: 'one', ...m.invite.reaches.one },
            { value: 'some', ...m.invite.reaches.some },
            { value: 'any', ...m.invite.reaches.any },
          ]}
        />
        {reach === 'some' && (
          <Select
            label={m.invite.howMany}
            choices={some.map((each) => ({ id: String(each), name: m.invite.devices(each) }))}
            value={String(uses)}
            onChange={(id) => setUses(Number(id))}
          />
        )}
        <DateTimeField
          label={m.invite.until}
          description={m.invite.untilHelp}
          value={expires}
          onChange={setExpires}
          error={checked && past ? m.invite.untilPast : null}
        />
        <Switch
          name={m.invite.straightIn}
          text={m.invite.straightInText}
          on={straightIn}
          onChange={setStraightIn}
        />
        <NewPassphrase draft={passphrase} onChange={setPassphrase} checked={checked} />
      </div>
    </Dialog>
  );
}
