import { useMessages } from '../../i18n/messages.tsx';
import type { DevicesView } from '../../meeting/devicesView.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { browserOf } from './browser.ts';
import { deviceProblems } from './deviceProblems.ts';
import { useActions } from './useMeeting.ts';

/** Why camera or microphone do not work, and what to do in this browser. Nothing for what works. */
export function PermissionHelp({ devices }: { devices: DevicesView }) {
  const m = useMessages();
  const actions = useActions();
  const steps = m.devices.steps[browserOf(navigator.userAgent, navigator.maxTouchPoints > 1)];
  return (
    <div role="status" className="permission-help">
      {deviceProblems(devices).map(({ kind, fault }) => (
        <Banner
          key={kind}
          tone="warn"
          title={m.devices.help[kind][fault].title}
          actions={
            <Button
              size="s"
              onPress={() => (kind === 'both' ? actions.retryDevices() : actions.retryDevices(kind))}
            >
              {m.devices.retry}
            </Button>
          }
          details={
            fault === 'denied' && (
              <ol className="permission-steps">
                {steps(m.devices.kinds[kind]).map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )
          }
        >
          {m.devices.help[kind][fault].text}
        </Banner>
      ))}
    </div>
  );
}
