import { EyeOff, Pin, PinOff, Spotlight } from 'lucide-react';
import { useState } from 'react';
import { Popover } from 'react-aria-components';
import type { DeviceKey } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { MenuEntries, type MenuEntry } from '../components/Menu.tsx';
import { memberActions } from '../panels/memberActions.tsx';
import { prefer } from '../preferences.ts';
import { useReport } from '../report/ReportHost.tsx';
import { type StageItem, sameItem } from './stagePlan.ts';
import { useActions } from './useMeeting.ts';

/** The tile whose menu is open, and the button it opened at. */
export interface OpenTileMenu {
  readonly item: StageItem;
  readonly button: HTMLElement;
}

const MOST_IN_SPOTLIGHT = 4;

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
  const isLit = member ? view.spotlight.includes(member.device) : false;
  const entries: MenuEntry[] =
    open && member
      ? [
          {
            id: 'pin',
            name: isPinned ? m.tile.unpin : m.tile.pin,
            icon: isPinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />,
            act: () => onPin(open.item),
          },
          ...(view.rights.has('moderate') && open.item.source === 'camera'
            ? [
                {
                  id: 'spotlight',
                  name: isLit ? m.tile.unlight : m.tile.light,
                  icon: <Spotlight aria-hidden="true" />,
                  act: () => actions.setSpotlight(spotlightAfter(view.spotlight, member.device)),
                },
              ]
            : []),
          ...(member.self
            ? [
                {
                  id: 'hide-self',
                  name: m.view.hideSelf,
                  icon: <EyeOff aria-hidden="true" />,
                  act: () => prefer('selfView', false),
                },
              ]
            : moderation(member)),
        ]
      : [];
  return (
    <>
      {open !== null && member && (
        <Popover
          className="popover"
          triggerRef={{ current: open.button }}
          isOpen
          onOpenChange={(isOpen) => {
            if (!isOpen) onClose();
          }}
          placement="bottom end"
          offset={4}
        >
          <MenuEntries label={m.tile.menu(member.name)} entries={entries} onClose={onClose} />
        </Popover>
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </>
  );

  function moderation(about: MeetingView['members'][number]): MenuEntry[] {
    const found = memberActions({
      member: about,
      rights: view.rights,
      actions,
      m,
      onAsk: setQuestion,
      onRename: () => undefined,
      onReport: () => report(about.device),
    });
    return found.length === 0 ? [] : [null, ...found];
  }
}

/** Takes somebody in or out; the longest shown gives way when there are too many. */
function spotlightAfter(now: readonly DeviceKey[], device: DeviceKey): readonly DeviceKey[] {
  if (now.includes(device)) return now.filter((each) => each !== device);
  return [...now, device].slice(-MOST_IN_SPOTLIGHT);
}
