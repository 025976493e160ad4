import { ChevronDown, Lock, UserRound, Users } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { Addressee } from '../../meeting/chatView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { addresseeKey, addressees } from './addressees.ts';

interface Props {
  readonly view: MeetingView;
  /** Null where who was written to is no longer here. */
  readonly to: Addressee | null;
  readonly onChoose: (to: Addressee) => void;
}

/** To whom one writes, and the choice of others. */
export function AddresseeMenu({ view, to, onChoose }: Props) {
  const m = useMessages();
  const open = addressees(view);
  const name = (each: Addressee) =>
    each.kind === 'person'
      ? (view.members.find(({ device }) => device === each.device)?.name ?? '')
      : m.chat.addressees[each.kind];
  const entries = open.map((each): MenuEntry => {
    const Icon = each.kind === 'everyone' ? Users : each.kind === 'hosts' ? Lock : UserRound;
    return {
      id: addresseeKey(each),
      name: name(each),
      icon: <Icon aria-hidden="true" />,
      act: () => onChoose(each),
    };
  });
  const words = to ? m.chat.to(name(to)) : m.chat.choose;
  const only = to && entries.length <= 1;
  return (
    <div className="composer-to" data-aside={to !== null && to.kind !== 'everyone'}>
      {to !== null && to.kind !== 'everyone' && <Lock aria-hidden="true" />}
      {only ? (
        <span>{words}</span>
      ) : (
        <Menu
          label={m.chat.choose}
          entries={entries}
          placement="top"
          trigger={
            <AriaButton className="composer-choose">
              <bdi>{words}</bdi>
              <ChevronDown aria-hidden="true" />
            </AriaButton>
          }
        />
      )}
    </div>
  );
}
