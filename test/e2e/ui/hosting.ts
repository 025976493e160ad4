import type { KnockView, MeetingView, MemberView } from '../../../client/meeting/view.ts';
import { invitationKey, knockId } from '../../../shared/ids.ts';
import { type Permission, type Policy, presetPolicy, type Role } from '../../../shared/roles.ts';
import { document_, portrait, tone } from './fakeTracks.ts';
import { keyOf, memberOf, NOW, off } from './people.ts';

type Base = () => MeetingView;

const blocked = { state: 'blocked', track: null, seal: 'none' } as const;
const link = invitationKey.parse('A'.repeat(43));
const personal = invitationKey.parse('E'.repeat(43));
const classroom = presetPolicy('classroom');

const rightsOf = (policy: Policy, role: Exclude<Role, 'host'>) =>
  new Set<Permission>(policy.permissions[role]);

const students = [
  '陳怡君',
  '林子晴',
  '黃柏翰',
  '張庭瑋',
  '吳承恩',
  '李思妤',
  '王品睿',
  '蔡宜庭',
  '許家豪',
  '鄭雅文',
];

/** A teacher and 29 students; `looking` is the number of who looks. */
function classOf(base: Base, looking: number): MeetingView {
  const teacher = looking === 0;
  const members = Array.from({ length: 30 }, (_, number): MemberView => {
    const isTeacher = number === 0;
    const hand = number === 7 ? NOW + 1_000 : number === 3 ? NOW + 60_000 : null;
    return memberOf(number, {
      self: number === looking,
      name: isTeacher
        ? '林美華老師'
        : `${students[number % 10]}${number > 9 ? ` ${Math.floor(number / 10) + 1}` : ''}`,
      role: isTeacher ? 'host' : 'participant',
      admittedBy: isTeacher ? null : '林美華老師',
      invitation: number % 5 === 0 ? personal : link,
      hand,
      sources: {
        microphone: isTeacher ? { state: 'live', track: null, seal: 'sealed' } : blocked,
        camera: number % 4 === 3 ? off : { state: 'live', track: portrait(number), seal: 'sealed' },
        screen: isTeacher ? { state: 'live', track: document_(), seal: 'sealed' } : blocked,
        screenAudio: isTeacher ? off : blocked,
      },
    });
  });
  return {
    ...base(),
    members,
    name: members[looking]?.name ?? '',
    policy: classroom,
    preset: 'classroom',
    role: teacher ? 'host' : 'participant',
    rights: teacher ? base().rights : rightsOf(classroom, 'participant'),
    invitations: teacher ? invitations : [],
  };
}

const invitation = {
  link: 'https://meet.example.gov.tw/m/k3J9dQpX2mVwZ8sT1nYbRg#1.a.b',
  passphrase: false,
  straightIn: false,
  uses: null,
  used: 4,
  expires: null,
  over: null,
  tried: 0,
} as const;

const invitations: MeetingView['invitations'] = [
  { ...invitation, key: link, name: '', personal: false },
  { ...invitation, key: personal, name: '家長代表', personal: true, uses: 5 },
];

/** Some who wait, of every kind. */
function waiting(count: number): readonly KnockView[] {
  return Array.from({ length: count }, (_, number): KnockView => {
    const kind = number % 13;
    return {
      knockId: knockId.parse(`knock${String(number).padStart(4, '0')}AAAAAAAAAAAAA`),
      device: keyOf(1000 + number),
      name: `${students[number % 10]} ${number + 1}`,
      message: kind === 2 ? '我是三年二班的家長，老師說可以一起聽。網路不太穩，可能會斷線幾次。' : '',
      at: NOW + number * 500,
      trust: kind === 5 ? 'known' : kind === 8 && number > 20 ? 'changed' : 'new',
      invitation: kind === 3 ? personal : link,
      identity:
        kind === 7
          ? {
              issuer: 'https://login.example.gov.tw',
              name: `${students[number % 10]}`,
              email: `staff${number}@example.gov.tw`,
              agency: '教育局',
            }
          : null,
    };
  });
}

const waits = { name: 'waiting', position: 3, attended: true, locked: false } as const;

/** States of those who look after a meeting, and of those who feel it, by name. */
export function hostingScenarios(base: Base): Readonly<Record<string, Base>> {
  const teacher = () => classOf(base, 0);
  const student = (): MeetingView => classOf(base, 5);
  const outside = (): MeetingView => ({
    ...base(),
    members: [],
    devices: { ...base().devices, cameraTrack: portrait(0), microphoneTrack: tone() },
    role: 'participant',
    rights: new Set(),
  });
  return {
    'class-teacher': teacher,
    'class-student': student,
    'class-muted': () => ({
      ...student(),
      notices: [
        { id: 'c1', notice: { kind: 'stopped-by-host', sources: ['microphone'], by: '林美華老師' }, at: NOW },
      ],
    }),
    'class-asked': () => ({ ...student(), asks: [{ id: 'q1', source: 'microphone', by: '林美華老師' }] }),
    'panic-teacher': () => ({ ...teacher(), panic: true, locked: true }),
    'panic-student': () => ({
      ...student(),
      panic: true,
      rights: new Set(),
      notices: [{ id: 'c2', notice: { kind: 'panic', by: '林美華老師' }, at: NOW }],
    }),
    'host-gone': () => ({ ...student(), hostGone: { next: 'end', at: Date.now() + 540_000, now: false } }),
    frozen: () => ({ ...student(), rights: new Set(), hostGone: { next: 'freeze', at: NOW, now: true } }),
    'lobby-40': () => ({ ...teacher(), knocks: waiting(40) }),
    'lobby-1000': () => ({ ...teacher(), knocks: waiting(1000) }),
    'lobby-12': () => ({ ...teacher(), knocks: waiting(12) }),
    'rules-changed': () => ({
      ...base(),
      policy: {
        ...presetPolicy('moderated'),
        lobby: false,
        hostGone: 'end',
        watermark: true,
        permissions: { ...presetPolicy('moderated').permissions, guest: ['chatHosts', 'react'] },
      },
      banned: [
        { device: keyOf(71), name: '路人甲' },
        { device: keyOf(72), name: null },
      ],
      barred: [{ lasting: keyOf(73), name: 'Zoe' }],
      recoverable: true,
      label: '內部使用',
    }),
    marked: () => ({ ...teacher(), label: '密', policy: { ...classroom, watermark: true } }),
    'sent-back': () => ({
      ...outside(),
      phase: { ...waits, sentBack: true },
      words: [{ from: '林美華老師', text: '請先把鏡頭打開，我再讓你進來。', at: NOW }],
    }),
    'waiting-words': () => ({
      ...outside(),
      phase: { ...waits, sentBack: false },
      label: '密',
      words: [
        { from: '林美華老師', text: '我們再幾分鐘就開始。', at: NOW },
        { from: '林美華老師', text: 'We start in a few minutes.', at: NOW + 30_000 },
      ],
    }),
    'prejoin-recover': () => ({
      ...outside(),
      phase: { name: 'prejoin', running: true, lobby: true, role: 'participant' },
      recoverable: true,
      label: '密',
    }),
  };
}
