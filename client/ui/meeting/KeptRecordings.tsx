import { Disc } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { deleteKept, type KeptRecording, keptFile, keptRecordings } from '../../media/recording/kept.ts';
import { mendKept } from '../../media/recording/mendKept.ts';
import { choosePlace, handOver } from '../../meeting/saveFile.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { later, Part } from '../later.tsx';
import { sizeText } from './amounts.ts';
import './Recording.css';

const Confirm = later(async () => (await import('../components/Confirm.tsx')).Confirm);

/** Recordings that lie in this browser, to be saved or deleted. Nothing where there are none. */
export function KeptRecordings() {
  const m = useMessages();
  const format = useFormat();
  const [kept, setKept] = useState<readonly KeptRecording[]>([]);
  const [asked, setAsked] = useState<string | null>(null);
  const look = useCallback(() => void keptRecordings().then(setKept), []);
  useEffect(look, [look]);
  if (kept.length === 0) return null;
  return (
    <Banner
      icon={<Disc />}
      title={m.recording.keptTitle(kept.length)}
      details={
        <ul className="kept-recordings">
          {kept.map(({ name, at, bytes }) => (
            <li key={name}>
              <span>{m.recording.keptLine(format.moment(at), sizeText(bytes, format))}</span>
              <Button size="s" tone="primary" onPress={() => void save(name, at).then(look, () => undefined)}>
                {m.recording.save}
              </Button>
              <Button size="s" onPress={() => setAsked(name)}>
                {m.recording.deleteOne}
              </Button>
            </li>
          ))}
        </ul>
      }
    >
      {m.recording.keptText}
      {asked !== null && (
        <Part>
          <Confirm
            question={{
              title: m.recording.deleteTitle,
              text: m.recording.deleteText,
              confirm: m.recording.deleteOne,
              tone: 'warn',
              act: () => void deleteKept(asked).then(look, look),
            }}
            onClose={() => setAsked(null)}
          />
        </Part>
      )}
    </Banner>
  );
}

/**
 * To the place the person chooses, piece by piece, and then out of the browser; where the browser cannot ask, as a
 * download, which cannot be seen to end, so that the recording stays until it is deleted.
 */
async function save(name: string, at: number): Promise<void> {
  const suggested = `sealroom-${new Date(at).toISOString().slice(0, 16).replaceAll(':', '-')}.webm`;
  const place = await choosePlace(suggested);
  await mendKept(name);
  const file = await keptFile(name);
  if (!place) return handOver(suggested, file);
  await file.stream().pipeTo(await place.createWritable());
  await deleteKept(name);
}
