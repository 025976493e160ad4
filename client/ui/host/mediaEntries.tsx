import { Hand, Mic, MicOff, MonitorOff, MonitorUp, Video, VideoOff } from 'lucide-react';
import type { Source } from '../../../shared/records/record.ts';
import type { MenuEntry } from '../components/Menu.tsx';
import type { MemberMenu } from '../panels/memberActions.tsx';
import { outranks } from './rank.ts';

/** Stopping, allowing and asking. Nobody is ever switched on by another. */
export function mediaEntries({ member, view, actions, m }: MemberMenu): MenuEntry[] {
  if (!view.rights.has('moderate')) return [];
  const { microphone, camera, screen } = member.sources;
  const { device } = member;
  const above = outranks(view.role, member.role);
  const stop = (sources: readonly Source[], hold: boolean) => () => actions.stop([device], sources, hold);
  const allow = (sources: readonly Source[]) => () => actions.allow([device], sources);
  const entries: MenuEntry[] = [];
  if (above && microphone.state === 'live')
    entries.push({
      id: 'mute',
      name: m.people.mute,
      icon: <MicOff aria-hidden="true" />,
      act: stop(['microphone'], false),
    });
  if (above && microphone.state !== 'blocked')
    entries.push({
      id: 'mute-hold',
      name: m.people.muteHold,
      icon: <MicOff aria-hidden="true" />,
      act: stop(['microphone'], true),
    });
  if (above && microphone.state === 'blocked')
    entries.push({
      id: 'allow-speak',
      name: m.people.allowSpeak,
      icon: <Mic aria-hidden="true" />,
      act: allow(['microphone']),
    });
  if (microphone.state !== 'live' && (above || microphone.state !== 'blocked'))
    entries.push({
      id: 'ask-microphone',
      name: m.member.askMicrophone,
      icon: <Mic aria-hidden="true" />,
      act: () => actions.ask(device, 'microphone'),
    });
  if (above && camera.state === 'live')
    entries.push({
      id: 'stop-camera',
      name: m.people.stopCamera,
      icon: <VideoOff aria-hidden="true" />,
      act: stop(['camera'], false),
    });
  if (above && camera.state === 'blocked')
    entries.push({
      id: 'allow-camera',
      name: m.people.allowCamera,
      icon: <Video aria-hidden="true" />,
      act: allow(['camera']),
    });
  if (camera.state !== 'live' && (above || camera.state !== 'blocked'))
    entries.push({
      id: 'ask-camera',
      name: m.member.askCamera,
      icon: <Video aria-hidden="true" />,
      act: () => actions.ask(device, 'camera'),
    });
  if (above && screen.state === 'live')
    entries.push({
      id: 'stop-share',
      name: m.people.stopShare,
      icon: <MonitorOff aria-hidden="true" />,
      act: stop(['screen', 'screenAudio'], false),
    });
  if (above && screen.state === 'blocked')
    entries.push({
      id: 'allow-share',
      name: m.member.allowShare,
      icon: <MonitorUp aria-hidden="true" />,
      act: allow(['screen', 'screenAudio']),
    });
  if (member.hand !== null)
    entries.push({
      id: 'lower-hand',
      name: m.member.lowerHand,
      icon: <Hand aria-hidden="true" />,
      act: () => actions.lowerHand(device),
    });
  return entries;
}
