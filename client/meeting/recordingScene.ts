import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import { mostPeople } from '../media/recording/layout.ts';
import type { Figure, RecordingScene } from '../media/recording/scene.ts';
import { markText } from './deviceMark.ts';
import type { MeetingView, MemberView } from './view.ts';

/** Loudness from which somebody counts as speaking. */
const SPEAKING = 0.1;
/** Heights asked for of those who are recorded, in pixels. */
const HEIGHTS = { screen: 720, person: 360 } as const;

/** What a recording shows and sounds like: what this device itself sees and hears, in the order of cameras. */
export function sceneOf({
  members,
  label,
  policy,
}: Pick<MeetingView, 'members' | 'label' | 'policy'>): RecordingScene {
  const self = members.find((member) => member.self);
  const sharing = sharerAmong(members);
  return {
    screen: sharing ? figureOf(sharing, 'screen') : null,
    people: drawn(members, sharing !== null).map((member) => figureOf(member, 'camera')),
    sounds: members.flatMap(soundsOf),
    label,
    mark: policy?.watermark && self ? markText(self) : null,
  };
}

/** Pictures that must be received for it, also where the page does not show them. */
export function tilesOf(
  members: readonly MemberView[],
): readonly { readonly device: DeviceKey; readonly source: Source; readonly height: number }[] {
  const sharing = sharerAmong(members);
  const people = drawn(members, sharing !== null)
    .filter(({ self, sources }) => !self && sources.camera.state === 'live')
    .map(({ device }) => ({ device, source: 'camera' as const, height: HEIGHTS.person }));
  if (!sharing || sharing.self) return people;
  return [{ device: sharing.device, source: 'screen' as const, height: HEIGHTS.screen }, ...people];
}

function sharerAmong(members: readonly MemberView[]): MemberView | null {
  return members.find(({ sources }) => sources.screen.state === 'live') ?? null;
}

/** Those with a picture first; the others keep their order. */
function drawn(members: readonly MemberView[], beside: boolean): readonly MemberView[] {
  const seen = (member: MemberView) => Number(member.sources.camera.state === 'live');
  return [...members]
    .sort((one, other) => seen(other) - seen(one))
    .slice(0, beside ? mostPeople.besideScreen : mostPeople.grid);
}

function figureOf({ device, name, level, sources }: MemberView, source: 'camera' | 'screen'): Figure {
  const { state, track } = sources[source];
  return {
    key: `${device}:${source}`,
    name,
    track: state === 'live' ? track : null,
    speaking: source === 'camera' && sources.microphone.state === 'live' && level > SPEAKING,
  };
}

/** Own sound only while it is on; of a screen of one's own, what it plays is heard by the others as well. */
function soundsOf({ sources }: MemberView): MediaStreamTrack[] {
  return [sources.microphone, sources.screenAudio].flatMap(({ state, track }) =>
    state === 'live' && track ? [track] : [],
  );
}
