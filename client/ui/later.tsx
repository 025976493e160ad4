import { Component, type ComponentType, type ReactNode, Suspense, use } from 'react';
import { useSiteMessages } from '../i18n/messages.tsx';
import { AllTexts, preloadAllTexts } from './AllTexts.tsx';
import { Banner } from './components/Banner.tsx';
import { Button } from './components/Button.tsx';
import { askAgain, fetching } from './fetching.ts';

interface Later<Props extends object> {
  (props: Props): ReactNode;
  /** Begins to fetch it before it is shown. Never rejects: showing it tells of a failure. */
  preload(): Promise<void>;
}

/**
 * A component that is fetched when it is first shown, within a `Part`. Unlike with React's `lazy`, a failure is not
 * for ever.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  const component = fetching(load);
  function Fetched(props: Props) {
    const Shown = use(component.begin());
    return <Shown {...props} />;
  }
  return Object.assign(Fetched, { preload: component.preload });
}

/** As `later`, for what uses all texts where only those of every page are there; they are fetched beside it. */
export function laterWithTexts<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): Later<Props> {
  const Inside = later(load);
  const preload = async () => {
    await Promise.all([Inside.preload(), preloadAllTexts()]);
  };
  function WithTexts(props: Props) {
    void preload();
    return (
      <AllTexts>
        <Inside {...props} />
      </AllTexts>
    );
  }
  return Object.assign(WithTexts, { preload });
}

interface PartProps {
  /** Shown while it is fetched. */
  readonly waiting?: ReactNode;
  readonly children: ReactNode;
}

/** Holds what is fetched when shown: where that fails, the rest of the page goes on. */
export class Part extends Component<PartProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  readonly #retry = () => {
    askAgain();
    this.setState({ failed: false });
  };

  override render(): ReactNode {
    if (this.state.failed) return <Missing onRetry={this.#retry} />;
    return <Suspense fallback={this.props.waiting}>{this.props.children}</Suspense>;
  }
}

function Missing({ onRetry }: { onRetry: () => void }) {
  const m = useSiteMessages();
  return (
    <div role="alert" className="part-missing">
      <Banner
        tone="warn"
        title={m.common.partMissing}
        actions={
          <Button size="s" onPress={onRetry}>
            {m.common.tryAgain}
          </Button>
        }
      >
        {m.common.partMissingText}
      </Banner>
    </div>
  );
}
