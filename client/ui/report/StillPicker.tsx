import { Camera, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { ReportDraft } from '../../meeting/reportView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Select } from '../components/Select.tsx';
import { VideoTrack } from '../meeting/MediaTrack.tsx';
import type { Draft } from './draft.ts';
import { takeStill } from './takeStill.ts';

interface Props {
  readonly draft: Draft;
  readonly view: MeetingView;
  readonly onDraft: (draft: Draft) => void;
}

interface Scene {
  readonly id: string;
  readonly device: DeviceKey;
  readonly name: string;
  readonly source: 'camera' | 'screen';
  readonly track: MediaStreamTrack;
}

/** Everything of others that is on screen now, those the report is about first. */
function scenesOf({ members }: MeetingView, about: readonly DeviceKey[]): Scene[] {
  const scenes = members
    .filter((member) => !member.self)
    .flatMap(({ device, name, sources }) =>
      (['screen', 'camera'] as const).flatMap((source): Scene[] => {
        const { track, seal } = sources[source];
        if (track === null || seal === 'cut') return [];
        return [{ id: `${source} ${device}`, device, name, source, track }];
      }),
    );
  const meant = (scene: Scene) => about.includes(scene.device);
  return [...scenes.filter(meant), ...scenes.filter((scene) => !meant(scene))];
}

/** Takes a picture of what somebody shows, and shows it before it goes anywhere. */
export function StillPicker({ draft, view, onDraft }: Props) {
  const m = useMessages();
  const [chosen, setChosen] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const scenes = scenesOf(view, draft.about);
  const scene = scenes.find(({ id }) => id === chosen) ?? scenes[0];
  const { still } = draft;

  if (still !== null) {
    return (
      <Taken
        still={still}
        name={view.report?.people.find(({ device }) => device === still.of)?.name ?? ''}
        onDrop={() => onDraft({ ...draft, still: null })}
      />
    );
  }
  if (scene === undefined) return <p>{m.report.stillNone}</p>;
  const take = async () => {
    const video = frame.current?.querySelector('video');
    const taken = video ? await takeStill(video) : null;
    setFailed(taken === null);
    if (taken === null) return;
    onDraft({ ...draft, still: { ...taken, of: scene.device, source: scene.source, at: Date.now() } });
  };
  return (
    <>
      <p>{m.report.stillHelp}</p>
      <Select
        label={m.report.stillOf}
        choices={scenes.map(({ id, source, name }) => ({ id, name: m.report[source](name) }))}
        value={scene.id}
        onChange={setChosen}
      />
      <div className="report-still stage-surface" ref={frame}>
        <VideoTrack track={scene.track} fit="contain" label={m.report[scene.source](scene.name)} />
      </div>
      {failed && (
        <p className="field-error" role="alert">
          {m.report.stillFailed}
        </p>
      )}
      <div>
        <Button icon={<Camera aria-hidden="true" />} onPress={() => void take()}>
          {m.report.take}
        </Button>
      </div>
    </>
  );
}

interface TakenProps {
  readonly still: NonNullable<ReportDraft['still']>;
  readonly name: string;
  readonly onDrop: () => void;
}

function Taken({ still, name, onDrop }: TakenProps) {
  const m = useMessages();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([Uint8Array.from(still.bytes)], { type: still.type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [still]);
  return (
    <>
      <figure className="report-taken">
        {url !== null && <img src={url} alt={m.report[still.source](name)} />}
        <figcaption>
          <p role="status">{m.report.takenOf(name)}</p>
        </figcaption>
      </figure>
      <div>
        <Button icon={<X aria-hidden="true" />} onPress={onDrop}>
          {m.report.drop}
        </Button>
      </div>
    </>
  );
}
