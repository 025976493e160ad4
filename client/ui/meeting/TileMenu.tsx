import { EyeOff, Pin, PinOff } from 'lucide-react';
import { useState } from 'react';
import { Popover } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { MenuEntries, type MenuEntry } from '../components/Menu.tsx';
import { spotlightEntries } from '../host/spotlightEntries.tsx';
import { type MemberMenu, memberActions } from '../panels/memberActions.tsx';
import { prefer } from '../preferences.ts';
import { useReport } from '../report/ReportHost.tsx';
import { type StageItem, sameItem } from './stagePlan.ts';
import { useActions } from './useMeeting.ts';

/** The tile whose menu is open, and the button it opened at. */
export interface OpenTileMenu {
  readonly item: StageItem;
  readonly button: HTMLElement;
}

interface Props {
  readonly view: MeetingView;
  readonly open: OpenTileMenu | null;
  readonly pinned: StageItem | null;
  readonly onPin: (item: StageItem) => void;
  readonly onClose: () => void;
}

/** What can be done with a tile: put it forward, and what one's rights allow about the person. One for all tiles. */
export function TileMenu({ view, open, pinned, onPin, onClose }: Props) {
  const m = useMessages();
  const actions = useActions();
  const report = useReport();
  const [question, setQuestion] = useState<Question | null>(null);
  const member = open && view.members.find(({ device }) => device === open.item.device);
  const isPinned = open !== null && sameItem(open.item, pinned);
  const entries: MenuEntry[] =
    open && member
      ? [
          {
            id: 'pin',
            name: isPinned ? m.tile.unpin : m.tile.pin,
            icon: isPinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />,
            act: () => onPin(open.item),
          },
          ...(member.self
            ? [
                {
                  id: 'hide-self',
                  name: m.view.hideSelf,
                  icon: <EyeOff aria-hidden="true" />,
                  act: () => prefer('selfView', false),
                },
                ...spotlightEntries(menuOf(member)),
              ]
            : [null, ...memberActions(menuOf(member))]),
        ]
      : [];
  return (
    <>
      {open !== null && member && (
        <Popover
          className="popover popover-menu"
          triggerRef={{ current: open.button }}
          isOpen
          onOpenChange={(isOpen) => {
            if (!isOpen) onClose();
          }}
          placement="bottom end"
          offset={4}
        >
          <p className="menu-title" aria-hidden="true">
            {m.people.actions(member.name)}
          </p>
          <MenuEntries label={m.people.actions(member.name)} entries={entries} onClose={onClose} />
        </Popover>
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </>
  );

  function menuOf(member: MemberView): MemberMenu {
    const onReport = () => report(member.device);
    return { member, view, actions, m, onAsk: setQuestion, onRename: () => undefined, onReport };
  }
}
