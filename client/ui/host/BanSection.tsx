import { useMessages } from '../../i18n/messages.tsx';
import type { BannedView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { deviceMark } from './deviceMark.ts';

/** Devices that are not let in, and the way to lift that. */
export function BanSection({ banned }: { banned: readonly BannedView[] }) {
  const m = useMessages();
  const actions = useActions();
  return (
    <PanelSection title={m.bans.title(banned.length)}>
      <p className="host-note">{m.bans.text}</p>
      <ul className="host-bans">
        {banned.map(({ device, name }) => (
          <li key={device}>
            <div>
              <p className="person-name">
                <bdi>{name ?? m.bans.unnamed}</bdi>
              </p>
              <p className="person-fact">{m.bans.mark(deviceMark(device))}</p>
            </div>
            <Button
              size="s"
              label={m.bans.liftName(name ?? deviceMark(device))}
              onPress={() => actions.unban(device)}
            >
              {m.bans.lift}
            </Button>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
