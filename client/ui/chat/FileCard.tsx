import { CircleAlert, Download, File as FileIcon, Pause, Play, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { FileView, TransferView } from '../../meeting/chatView.ts';
import { IconButton } from '../components/IconButton.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { fileSize } from './fileSize.ts';

interface Props {
  readonly id: string;
  readonly file: FileView;
  readonly transfer: TransferView | null;
  /** The file is on the server and can be fetched. */
  readonly ready: boolean;
}

/** A file in the chat: its picture, its name, and how far it is on its way. */
export function FileCard({ id, file, transfer, ready }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const moving = transfer !== null && transfer.state !== 'done' && transfer.state !== 'failed';
  return (
    <div className="file-card">
      {file.preview ? (
        <Picture preview={file.preview} />
      ) : (
        <FileIcon className="file-icon" aria-hidden="true" />
      )}
      <div className="file-words">
        <bdi className="file-name">{file.name}</bdi>
        <span className="file-size">
          {fileSize(file.size, format)}
          {transfer?.state === 'done' && transfer.direction === 'down' && ` · ${m.files.saved}`}
        </span>
      </div>
      {ready && !moving && (
        <IconButton label={m.files.save(file.name)} onPress={() => actions.saveFile(id)}>
          <Download aria-hidden="true" />
        </IconButton>
      )}
      {moving && <Progress id={id} name={file.name} transfer={transfer} />}
      {transfer?.state === 'failed' && (
        <p className="file-failed" role="status">
          <CircleAlert aria-hidden="true" />
          {failureText(transfer, m)}
        </p>
      )}
    </div>
  );
}

function Progress({ id, name, transfer }: { id: string; name: string; transfer: TransferView }) {
  const m = useMessages();
  const actions = useActions();
  const { state, direction, done, total } = transfer;
  const paused = state === 'paused';
  const words = state === 'running' ? m.files[direction] : m.files[state === 'paused' ? 'paused' : 'waiting'];
  return (
    <div className="file-progress">
      <progress value={done} max={Math.max(1, total)} aria-label={`${words}: ${name}`} />
      <span className="file-state">{`${words} · ${Math.floor((100 * done) / Math.max(1, total))}%`}</span>
      <IconButton
        label={paused ? m.files.resume : m.files.pause}
        onPress={() => actions.controlTransfer(id, paused ? 'resume' : 'pause')}
      >
        {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
      </IconButton>
      <IconButton label={m.files.cancel} onPress={() => actions.controlTransfer(id, 'cancel')}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function Picture({ preview }: { preview: NonNullable<FileView['preview']> }) {
  const [url, setUrl] = useState<string | null>(null);
  const { bytes, type, width, height } = preview;
  useEffect(() => {
    // Received into an ordinary buffer of its own.
    const made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return (
    <span className="file-picture" style={{ aspectRatio: `${width} / ${height}` }}>
      {url !== null && <img src={url} alt="" width={width} height={height} />}
    </span>
  );
}

/** What happened to a file, what it means and what to do. */
function failureText({ direction, error }: TransferView, m: ReturnType<typeof useMessages>): string {
  const known: Readonly<Record<string, string>> = m.files.failures;
  // The words about rights are for senders.
  const told = error === null || (direction === 'down' && error === 'forbidden') ? undefined : known[error];
  return told ?? m.files.failed[direction];
}
