import type { DeviceKey } from '../../shared/ids.ts';
import { type Source, sources } from '../../shared/records/record.ts';
import type { Permission } from '../../shared/roles.ts';
import type { OwnCaptionsView } from '../media/captions/ownCaptions.ts';
import { faultOf } from '../media/deviceFault.ts';
import type { DevicesSnapshot } from '../media/devices.ts';
import type { Levels } from '../media/levels.ts';
import { type EngineSnapshot, type OwnStream, type RemoteStream, remoteOff } from '../media/mediaView.ts';
import { isBad } from '../media/quality.ts';
import type { RecorderView } from '../media/recording/recorder.ts';
import type { BreakoutsView } from './breakoutView.ts';
import type { CallView } from './callView.ts';
import type { CoreMember, CoreState } from './core/state.ts';
import type { DevicesView } from './devicesView.ts';
import type { NoticeView } from './noticeView.ts';
import type { Phase } from './phase.ts';
import type { MeetingView, MemberView, SourceView } from './view.ts';

/** Everything a view is made of. */
export interface ViewParts {
  readonly link: string;
  readonly name: string;
  readonly core: CoreState;
  /** Of the main meeting. */
  readonly breakouts: BreakoutsView;
  /** Whether this is a breakout room. */
  readonly inRoom: boolean;
  readonly unsupported: Phase | null;
  readonly engine: EngineSnapshot | null;
  readonly levels: Levels | null;
  readonly devices: DevicesSnapshot;
  readonly mirrored: boolean;
  readonly pushToTalk: boolean;
  readonly call: CallView;
  readonly recorder: RecorderView;
  readonly ownCaptions: OwnCaptionsView;
  /** Recorders whom the person agreed to. */
  readonly accepted: ReadonlySet<DeviceKey>;
  /** Notices that the page itself makes. */
  readonly notices: readonly NoticeView[];
}

const nothing: SourceView = { state: 'off', track: null, seal: 'none' };

/** What the interface shows, from the core's state and the media's. Pure. */
export function viewOf(parts: ViewParts): MeetingView {
  const { core, link, name } = parts;
  return {
    phase: parts.unsupported ?? core.phase,
    link: parts.inRoom ? link : linkToGive(core, link),
    name: core.name || name,
    connection:
      core.connection === 'connecting' || core.connection === 'connected' ? core.connection : 'reconnecting',
    members: core.members.map((member) => memberView(member, parts)),
    knocks: core.knocks,
    chat: core.chat,
    transfers: core.transfers,
    reactions: core.reactions,
    captions: core.captions,
    ownCaptions: parts.ownCaptions,
    seal: core.seal,
    epochs: core.epochs,
    alarms: core.alarms,
    notices: [...core.notices, ...pageNotices(parts)].sort((a, b) => a.at - b.at),
    policy: core.policy,
    preset: core.policy?.preset ?? null,
    locked: core.locked,
    panic: core.panic,
    spotlight: core.spotlight,
    recording: core.recording,
    recordingAccepted: core.recording.every((device) => parts.accepted.has(device)),
    recorder: parts.recorder,
    label: core.label,
    invitations: parts.inRoom
      ? []
      : core.invitations.map((each) => ({ ...each, link: each.link && absolute(each.link, link) })),
    banned: core.banned,
    barred: core.barred,
    words: core.words,
    asks: core.asks,
    hostGone: core.hostGone,
    recoveryCode: core.recoveryCode,
    recoverable: core.recoverable,
    holdsHostKey: core.holdsHostKey,
    role: core.role,
    rights: parts.inRoom ? rightsInRoom(core.rights) : core.rights,
    devices: devicesView(parts),
    call: { ...parts.call, watchers: core.watchers.filter((device) => isHere(core, device)) },
    report: core.report,
    activities: core.activities,
    viewOnly: core.viewOnly,
    board: core.board,
    boardElements: core.boardElements,
    boardPictures: core.boardPictures,
    breakouts: parts.breakouts,
  };
}

/** Without those of devices that failed, and no longer do. */
function pageNotices({ notices, devices }: ViewParts): readonly NoticeView[] {
  return notices.filter(
    ({ notice }) =>
      notice.kind !== 'device-failed' || faultOf(devices[`${notice.source}State`]) === notice.fault,
  );
}

/** What concerns the whole meeting is decided in the main one: a room follows it. */
const ofMainOnly: ReadonlySet<Permission> = new Set(['invite', 'govern', 'grant', 'end', 'remove', 'admit']);

function rightsInRoom(rights: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return new Set([...rights].filter((right) => !ofMainOnly.has(right)));
}

/** The link for all as it is now, for those who know it; otherwise the one this page was opened by. */
function linkToGive({ invitations }: CoreState, own: string): string {
  const current = invitations.findLast(
    ({ name, uses, expires, over, link, personal }) =>
      name === '' && uses === null && expires === null && !personal && over === null && link !== null,
  );
  return current?.link ? absolute(current.link, own) : own;
}

function absolute(path: string, base: string): string {
  return new URL(path, base).href;
}

function memberView(member: CoreMember, { engine, levels }: ViewParts): MemberView {
  const { blocked, present, heldBack: _heldBack, ...shown } = member;
  const streams = member.self ? engine?.own : engine?.remote.get(member.device);
  const entries = sources.map((source): [Source, SourceView] => {
    const stream = streams?.[source];
    const isBlocked = blocked.includes(source);
    if (!stream) return [source, isBlocked ? { ...nothing, state: 'blocked' } : nothing];
    return [source, 'seal' in stream ? remoteView(stream, isBlocked) : ownView(stream, isBlocked)];
  });
  return {
    ...shown,
    level: levelOf(levels, member.device),
    // One entry for each source, as built from the list of all.
    sources: Object.fromEntries(entries) as Record<Source, SourceView>,
    connection: present ? connectionOf(member, engine) : 'lost',
  };
}

function isHere(core: CoreState, device: DeviceKey): boolean {
  return core.members.some((member) => member.device === device && member.present);
}

function levelOf(levels: Levels | null, device: DeviceKey): number {
  return levels?.get(device) ?? 0;
}

function ownView({ state, track }: OwnStream, isBlocked: boolean): SourceView {
  switch (state) {
    case 'live':
    case 'starting':
      return { state: 'live', track, seal: state === 'live' ? 'sealed' : 'verifying' };
    case 'muted':
      return { state: 'muted', track, seal: 'sealed' };
    case 'blocked':
      return { state: isBlocked ? 'blocked' : 'off', track: null, seal: 'none' };
    case 'failed':
      return { state: 'off', track: null, seal: 'cut' };
    case 'off':
      return isBlocked ? { ...nothing, state: 'blocked' } : nothing;
  }
}

function remoteView({ state, track, seal }: RemoteStream, isBlocked: boolean): SourceView {
  if (state === 'off') return isBlocked ? { ...nothing, state: 'blocked' } : nothing;
  return { state, track, seal };
}

function connectionOf(member: CoreMember, engine: EngineSnapshot | null): 'good' | 'poor' | 'lost' {
  if (member.self) return engine?.send === 'lost' || engine?.receive === 'lost' ? 'poor' : 'good';
  const streams = engine?.remote.get(member.device) ?? null;
  const scores = streams ? sources.map((source) => (streams[source] ?? remoteOff).senderScore) : [];
  return scores.some(isBad) ? 'poor' : 'good';
}

function devicesView({ devices, mirrored, pushToTalk }: ViewParts): DevicesView {
  const { screen: _screen, facing, ...view } = devices;
  return { ...view, mirrored: mirrored && facing === 'user', pushToTalk };
}
