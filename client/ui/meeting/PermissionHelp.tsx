import { useMessages } from '../../i18n/messages.tsx';
import type { DevicesView } from '../../meeting/devicesView.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { browserOf } from './browser.ts';

/** Why camera and microphone do not work, and what to do in this browser. Nothing where they do. */
export function PermissionHelp(props: { permission: DevicesView['permission']; onRetry: () => void }) {
  const m = useMessages();
  const steps = m.devices.steps[browserOf(navigator.userAgent, navigator.maxTouchPoints > 1)];
  const words = {
    denied: { title: m.devices.deniedTitle, text: m.devices.deniedText },
    'no-device': { title: m.devices.noneTitle, text: m.devices.noneText },
    'in-use': { title: m.devices.inUseTitle, text: m.devices.inUseText },
    unknown: null,
    asking: null,
    granted: null,
  }[props.permission];
  return (
    <div role="status" className="permission-help">
      {words !== null && (
        <Banner
          tone="warn"
          title={words.title}
          actions={
            <Button size="s" onPress={props.onRetry}>
              {m.devices.retry}
            </Button>
          }
          details={
            props.permission === 'denied' && (
              <ol className="permission-steps">
                {steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )
          }
        >
          {words.text}
        </Banner>
      )}
    </div>
  );
}
