import type { Policy } from './policy.ts';

export type { Policy, StaffProvider } from './policy.ts';

/** What a device may do in a meeting, strongest first. Nothing but a signed grant confers a role above participant. */
export const roles = ['host', 'cohost', 'presenter', 'participant', 'guest'] as const;
export type Role = (typeof roles)[number];

/** Every right in a meeting, each with what it allows. */
export const permissions = {
  /** Let waiting devices in, refuse them. */
  admit: 'admit',
  /** Remove and ban. */
  remove: 'remove',
  /** Mute, stop cameras and shares of others, lower hands. */
  moderate: 'moderate',
  /** Lock and unlock, change policy and preset. */
  govern: 'govern',
  /** Give and take roles below host. */
  grant: 'grant',
  /** Make and revoke invitations, change the link. */
  invite: 'invite',
  /** Open and run breakout rooms. Of use to co-hosts only. */
  breakout: 'breakout',
  /** End the meeting for all. */
  end: 'end',
  /** Start the group when nobody is there. */
  found: 'found',
  /** Send microphone audio. */
  speak: 'speak',
  /** Send camera video. */
  camera: 'camera',
  /** Share a screen. */
  share: 'share',
  /** Write to everyone. */
  chat: 'chat',
  /** Write to the hosts. */
  chatHosts: 'chatHosts',
  /** Write to one person who is not a host. */
  privateChat: 'privateChat',
  /** Send files. */
  files: 'files',
  /** Change one's own name during the meeting. */
  rename: 'rename',
  /** React and raise a hand. */
  react: 'react',
  /** Draw on the whiteboard and over shared screens. */
  annotate: 'annotate',
  /** Record on one's own device. */
  record: 'record',
  /** Type captions of what others say. */
  caption: 'caption',
} as const;
export type Permission = keyof typeof permissions;

const control: readonly Permission[] = [
  'admit',
  'remove',
  'moderate',
  'govern',
  'grant',
  'invite',
  'breakout',
  'end',
  'found',
  'record',
];
/** Of presenters too, so that a host appoints a captioner by making somebody a presenter. */
const captions: readonly Permission[] = ['caption'];
const media: readonly Permission[] = ['speak', 'camera', 'share'];
const talk: readonly Permission[] = [
  'chat',
  'chatHosts',
  'privateChat',
  'files',
  'rename',
  'react',
  'annotate',
];

export const presets = ['open', 'moderated', 'classroom', 'webinar'] as const;
export type Preset = (typeof presets)[number];

const everyPreset = {
  who: 'anyone',
  staff: null,
  hostGoneMinutes: 10,
  autoLockMinutes: null,
  muteOnEntry: false,
  watermark: false,
  label: null,
} as const;

/** The policy a preset stands for. */
export function presetPolicy(name: Preset): Policy {
  const cohost = [...control.filter((right) => right !== 'end'), ...media, ...talk, ...captions];
  switch (name) {
    case 'open':
      return {
        ...everyPreset,
        preset: 'open',
        lobby: false,
        hostGone: 'continue',
        permissions: {
          cohost,
          presenter: ['admit', 'found', ...media, ...talk, ...captions],
          participant: ['admit', 'found', ...media, ...talk],
          guest: ['admit', 'found', ...media, ...talk],
        },
      };
    case 'moderated':
      return {
        ...everyPreset,
        preset: 'moderated',
        lobby: true,
        hostGone: 'continue',
        permissions: {
          cohost,
          presenter: [...media, ...talk, ...captions],
          participant: [...media, ...talk],
          guest: [...media, ...talk],
        },
      };
    case 'classroom':
      return {
        ...everyPreset,
        preset: 'classroom',
        lobby: true,
        hostGone: 'freeze',
        autoLockMinutes: 15,
        muteOnEntry: true,
        permissions: {
          cohost,
          presenter: [...media, 'chat', 'chatHosts', 'react', 'annotate', ...captions],
          participant: ['camera', 'chatHosts', 'react'],
          guest: ['camera', 'chatHosts', 'react'],
        },
      };
    // A stage of presenters, whose clients let the audience in; the audience sends nothing but words to the hosts.
    case 'webinar':
      return {
        ...everyPreset,
        preset: 'webinar',
        lobby: false,
        hostGone: 'continue',
        muteOnEntry: true,
        permissions: {
          cohost,
          presenter: ['admit', ...media, ...talk, ...captions],
          participant: ['chatHosts', 'react'],
          guest: ['chatHosts', 'react'],
        },
      };
  }
}

/** Whether there is a stage: whoever is not put there by a grant sends nothing. */
export function hasStage({ permissions: { participant, guest } }: Policy): boolean {
  return !media.some((right) => participant.includes(right) || guest.includes(right));
}

/** Whether a role has a right under a policy. Hosts have every right. */
export function allows(rules: Policy, who: Role, right: Permission): boolean {
  return who === 'host' || rules.permissions[who].includes(right);
}

/** The rules without the right to record, as a site wants them that lets nobody record. */
export function withoutRecording(rules: Policy): Policy {
  const { cohost, presenter, participant, guest } = rules.permissions;
  const strip = (rights: readonly Permission[]) => rights.filter((right) => right !== 'record');
  return {
    ...rules,
    permissions: {
      cohost: strip(cohost),
      presenter: strip(presenter),
      participant: strip(participant),
      guest: strip(guest),
    },
  };
}

/**
 * What panic takes from everyone below co-host, over whatever the policy gives. An overlay, so that its
 * end restores exactly what was there before.
 */
export const panicRights: ReadonlySet<Permission> = new Set([...media, ...talk, ...captions, 'record']);
