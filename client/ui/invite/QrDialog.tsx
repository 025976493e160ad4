import { Maximize } from 'lucide-react';
import { useRef } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { QrCode } from './QrCode.tsx';

interface Props {
  readonly link: string;
  /** What the code leads to. */
  readonly name: string;
  readonly passphrase: boolean;
  /** Classification of the meeting, which nothing but the code itself would show on a full screen. */
  readonly label: string | null;
  readonly onClose: () => void;
}

/** A link as a QR code, also over the whole screen, to be shown to a room. */
export function QrDialog({ link, name, passphrase, label, onClose }: Props) {
  const m = useMessages();
  const code = useRef<HTMLDivElement>(null);
  return (
    <Dialog
      title={m.invite.qrTitle}
      onClose={onClose}
      actions={
        <>
          {document.fullscreenEnabled && (
            <Button
              icon={<Maximize aria-hidden="true" />}
              onPress={() => void code.current?.requestFullscreen().catch(() => undefined)}
            >
              {m.invite.qrFull}
            </Button>
          )}
          <CopyButton text={link} label={m.ready.copy} />
        </>
      }
    >
      <div className="qr-frame" ref={code}>
        {label !== null && (
          <p className="qr-label">
            <bdi>{label}</bdi>
          </p>
        )}
        <QrCode text={link} label={m.invite.qrAlt(name)} />
      </div>
      <p>{m.invite.qrText}</p>
      {passphrase && <p>{m.invite.passphraseApart}</p>}
    </Dialog>
  );
}
