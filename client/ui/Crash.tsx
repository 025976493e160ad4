import { Component, type ReactNode } from 'react';
import { useSiteMessages } from '../i18n/messages.tsx';
import { Button } from './components/Button.tsx';
import { Outcome } from './components/Outcome.tsx';

/** Shows a page with a way back when the interface itself fails. */
export class Crash extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const m = useSiteMessages();
  return (
    <Outcome
      title={m.outcome.crash.title}
      text={m.outcome.crash.text}
      actions={
        <Button tone="primary" onPress={() => location.reload()}>
          {m.common.reload}
        </Button>
      }
    />
  );
}
