import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { IconButton } from './IconButton.tsx';
import { useScrollStop } from './useScrollStop.ts';
import './Panel.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  /** Whether the panel focuses something of its own when it opens. */
  readonly ownFocus?: boolean;
}

/** A panel beside the stage: it pushes the stage and covers nothing; on a phone it is the whole screen. */
export function Panel(props: Props) {
  const m = useSiteMessages();
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const isStop = useScrollStop(body);
  const { ownFocus = false } = props;
  useEffect(() => {
    if (!ownFocus) heading.current?.focus();
  }, [ownFocus]);
  return (
    <aside
      className="panel"
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      <header className="panel-head">
        <h2 id={titleId} ref={heading} tabIndex={-1}>
          {props.title}
        </h2>
        <div className="panel-actions">
          {props.actions}
          <IconButton label={m.common.close} onPress={props.onClose}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      </header>
      <div
        className="panel-body"
        ref={body}
        {...(isStop ? { tabIndex: 0, role: 'group', 'aria-labelledby': titleId } : {})}
      >
        {props.children}
      </div>
      {props.footer !== undefined && <footer className="panel-foot">{props.footer}</footer>}
    </aside>
  );
}

/** A part of a panel with a heading. */
export function PanelSection(props: { title: string; children: ReactNode; aside?: ReactNode }) {
  const id = useId();
  return (
    <section className="panel-section" aria-labelledby={id}>
      <div className="panel-section-head">
        <h3 id={id}>{props.title}</h3>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
