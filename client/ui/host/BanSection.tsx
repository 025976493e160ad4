import { useMessages } from '../../i18n/messages.tsx';
import { deviceMark } from '../../meeting/deviceMark.ts';
import type { BannedView, BarredView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import '../panels/PeoplePanel.css';
import { useActions } from '../meeting/useMeeting.ts';

interface Props {
  readonly banned: readonly BannedView[];
  readonly barred: readonly BarredView[];
}

/** Devices that are not let in, and the way to lift that. */
export function BanSection({ banned, barred }: Props) {
  const m = useMessages();
  const actions = useActions();
  return (
    <PanelSection title={m.bans.title(banned.length + barred.length)}>
      <p className="host-note">{m.bans.text}</p>
      <p className="host-note">{m.bans.series}</p>
      <ul className="host-bans">
        {banned.map(({ device, name }) => (
          <Row
            key={device}
            name={name}
            mark={deviceMark(device)}
            fact={m.bans.mark(deviceMark(device))}
            onLift={() => actions.unban(device)}
          />
        ))}
        {barred.map(({ lasting, name }) => (
          <Row
            key={lasting}
            name={name}
            mark={deviceMark(lasting)}
            fact={m.bans.fromSeries}
            onLift={() => actions.liftBar(lasting)}
          />
        ))}
      </ul>
    </PanelSection>
  );
}

interface RowProps {
  readonly name: string | null;
  readonly mark: string;
  readonly fact: string;
  readonly onLift: () => void;
}

function Row({ name, mark, fact, onLift }: RowProps) {
  const m = useMessages();
  return (
    <li>
      <div>
        <p className="person-name">
          <bdi>{name ?? m.bans.unnamed}</bdi>
        </p>
        <p className="person-fact">{fact}</p>
      </div>
      <Button size="s" label={m.bans.liftName(name ?? mark)} onPress={onLift}>
        {m.bans.lift}
      </Button>
    </li>
  );
}
