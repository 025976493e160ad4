import { Check, ChevronUp } from 'lucide-react';
import {
  Button as AriaButton,
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { DeviceChoice } from '../../meeting/devicesView.ts';
import { WithTooltip } from '../components/IconButton.tsx';
import '../components/Select.css';
import { namedDevices } from './deviceNames.ts';

interface Kind {
  readonly title: string;
  readonly choices: readonly DeviceChoice[];
  readonly value: string | null;
  readonly onChoose: (id: string) => void;
}

/** The small button beside a switch of the bar: which device it switches. Nothing where there is no choice to make. */
export function DeviceMenu({ name, kinds }: { name: string; kinds: readonly Kind[] }) {
  const m = useMessages();
  const filled = kinds.filter(({ choices }) => choices.length > 0);
  if (filled.length === 0) return null;
  return (
    <MenuTrigger>
      <WithTooltip text={name}>
        <AriaButton className="control-more" aria-label={name}>
          <ChevronUp aria-hidden="true" />
        </AriaButton>
      </WithTooltip>
      <Popover className="popover" placement="top" offset={8}>
        <AriaMenu className="menu" aria-label={name}>
          {filled.map(({ title, choices, value, onChoose }) => (
            <MenuSection
              key={title}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[value ?? choices[0]?.id ?? '']}
              onSelectionChange={(keys) => {
                const chosen = choices.find(({ id }) => keys !== 'all' && keys.has(id));
                if (chosen !== undefined) onChoose(chosen.id);
              }}
            >
              <Header className="menu-header">{title}</Header>
              {namedDevices(choices, m).map((choice) => (
                <MenuItem key={choice.id} id={choice.id} className="menu-item" textValue={choice.name}>
                  <span className="menu-words">{choice.name}</span>
                  <Check className="menu-check" aria-hidden="true" />
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
