import { z } from 'zod';

/** What a device may do in a meeting, strongest first. Nothing but a signed grant confers a role above participant. */
export const roles = ['host', 'cohost', 'presenter', 'participant', 'guest'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

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
} as const;
export const permission = z.enum(permissions);
export type Permission = z.infer<typeof permission>;

const control: readonly Permission[] = [
  'admit',
  'remove',
  'moderate',
  'govern',
  'grant',
  'end',
  'found',
  'record',
];
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

export const presets = ['open', 'moderated', 'classroom'] as const;
export const preset = z.enum(presets);
export type Preset = z.infer<typeof preset>;

const permissionSet = z.array(permission).max(Object.keys(permissions).length);

/** The rules of one meeting; signed, part of the record chain. */
export const policy = z.strictObject({
  preset,
  /** Whether a newcomer waits for someone with `admit`; otherwise clients of admitting members let link holders in. */
  lobby: z.boolean(),
  /** What happens when the last host is gone. */
  hostGone: z.enum(['continue', 'freeze', 'end']),
  /** Which role may do what. The host's rights are fixed and cannot be signed away. */
  permissions: z.strictObject({
    cohost: permissionSet,
    presenter: permissionSet,
    participant: permissionSet,
    guest: permissionSet,
  }),
});
export type Policy = z.infer<typeof policy>;

/** The policy a preset stands for. */
export function presetPolicy(name: Preset): Policy {
  const cohost = [...control.filter((right) => right !== 'end'), ...media, ...talk];
  switch (name) {
    case 'open':
      return {
        preset: 'open',
        lobby: false,
        hostGone: 'continue',
        permissions: {
          cohost,
          presenter: ['admit', 'found', ...media, ...talk],
          participant: ['admit', 'found', ...media, ...talk],
          guest: ['admit', 'found', ...media, ...talk],
        },
      };
    case 'moderated':
      return {
        preset: 'moderated',
        lobby: true,
        hostGone: 'continue',
        permissions: {
          cohost,
          presenter: [...media, ...talk],
          participant: [...media, ...talk],
          guest: [...media, ...talk],
        },
      };
    case 'classroom':
      return {
        preset: 'classroom',
        lobby: true,
        hostGone: 'freeze',
        permissions: {
          cohost,
          presenter: [...media, 'chat', 'chatHosts', 'react', 'annotate'],
          participant: ['camera', 'chatHosts', 'react'],
          guest: ['camera', 'chatHosts', 'react'],
        },
      };
  }
}

/** Whether a role has a right under a policy. Hosts have every right. */
export function allows(rules: Policy, who: Role, right: Permission): boolean {
  return who === 'host' || rules.permissions[who].includes(right);
}
