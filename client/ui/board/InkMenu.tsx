import {
  Button as AriaButton,
  Dialog,
  DialogTrigger,
  Label,
  Popover,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { Ink } from '../../meeting/boardView.ts';
import { WithTooltip } from '../components/IconButton.tsx';
import { inkColours, inkNames, type Thickness, thicknesses, thicknessNames } from './ink.ts';
import type { Held } from './tools.ts';

/** Colour and thickness of what is drawn next. */
export function InkMenu({ held, onHeld }: { held: Held; onHeld: (held: Held) => void }) {
  const m = useMessages();
  const name = `${m.board.ink}: ${m.board.inks[held.ink]}`;
  return (
    <DialogTrigger>
      <WithTooltip text={name}>
        <AriaButton className="icon-button" aria-label={name}>
          <span className="ink-spot" style={{ background: inkColours[held.ink] }} />
        </AriaButton>
      </WithTooltip>
      <Popover className="popover ink-popover" placement="top" offset={8}>
        <Dialog aria-label={m.board.ink} className="ink-dialog">
          <RadioGroup
            className="ink-group"
            value={held.ink}
            // The group's values are the inks' names.
            onChange={(ink) => onHeld({ ...held, ink: ink as Ink })}
          >
            <Label className="ink-label">{m.board.ink}</Label>
            <div className="ink-choices">
              {inkNames.map((ink) => (
                <Radio key={ink} value={ink} className="ink-choice" aria-label={m.board.inks[ink]}>
                  <span className="ink-spot" style={{ background: inkColours[ink] }} />
                </Radio>
              ))}
            </div>
          </RadioGroup>
          <RadioGroup
            className="ink-group"
            value={held.thickness}
            // The group's values are the thicknesses' names.
            onChange={(thickness) => onHeld({ ...held, thickness: thickness as Thickness })}
          >
            <Label className="ink-label">{m.board.thickness}</Label>
            <div className="ink-choices">
              {thicknessNames.map((thickness) => (
                <Radio
                  key={thickness}
                  value={thickness}
                  className="ink-choice"
                  aria-label={m.board.thicknesses[thickness]}
                >
                  <span className="ink-stroke" style={{ height: thicknesses[thickness] }} />
                </Radio>
              ))}
            </div>
          </RadioGroup>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
