import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { IconButton } from './IconButton.tsx';
import './Dialog.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  /** `alertdialog` for a question that must be answered. */
  readonly role?: 'dialog' | 'alertdialog';
  readonly wide?: boolean;
}

/** A modal dialog: focus is held inside and returns to where it was. Rendered only while it is open. */
export function Dialog(props: Props) {
  const m = useSiteMessages();
  const role = props.role ?? 'dialog';
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Modal className={props.wide ? 'dialog-frame dialog-wide' : 'dialog-frame'}>
        <AriaDialog role={role} className="dialog">
          <header className="dialog-head">
            <Heading slot="title" level={2} className="dialog-title">
              {props.title}
            </Heading>
            {role === 'dialog' && (
              <IconButton label={m.common.close} onPress={props.onClose}>
                <X aria-hidden="true" />
              </IconButton>
            )}
          </header>
          <DialogBody>{props.children}</DialogBody>
          {props.actions !== undefined && <footer className="dialog-actions">{props.actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Takes part in the tab order only where it scrolls, so that the keyboard can scroll it. */
function DialogBody({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const body = ref.current;
    if (body === null) return;
    const observer = new ResizeObserver(() => setScrolls(body.scrollHeight > body.clientHeight + 1));
    for (const element of [body, ...body.children]) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className="dialog-body" ref={ref} {...(scrolls ? { tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}
