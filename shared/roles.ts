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
  /** Make and revoke invitations, change the link. */
  invite: 'invite',
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
  'invite',
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

/**
 * Identity provider whose word on people counts in a meeting, with its keys: pinned here by the
 * founder, so that the meeting's server cannot vouch for anybody later.
 */
export const staffProvider = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).max(300),
  /** The client id that tokens for this site are made out to. */
  audience: z.string().min(1).max(200),
  /** JSON Web Keys (RFC 7517), public halves only. */
  keys: z
    .array(
      z
        .record(z.string().max(16), z.union([z.string().max(1200), z.array(z.string().max(2000)).max(4)]))
        .refine((key) => !('d' in key) && !('k' in key), 'public keys only'),
    )
    .min(1)
    .max(8),
});
export type StaffProvider = z.infer<typeof staffProvider>;

/** The rules of one meeting; signed, part of the record chain. */
export const policy = z.strictObject({
  preset,
  /** Whether a newcomer waits for someone with `admit`; otherwise clients of admitting members let link holders in. */
  lobby: z.boolean(),
  /**
   * Who may be let in at all: anyone with a link; staff whom the provider vouches for, and guests
   * with an invitation of their own; staff alone.
   */
  who: z.enum(['anyone', 'invited', 'verified']),
  /** Whose word counts where `who` asks for staff. */
  staff: staffProvider.nullable(),
  /** What happens when the last host or co-host is gone. */
  hostGone: z.enum(['continue', 'freeze', 'end']),
  /** With `end`: after how many minutes. */
  hostGoneMinutes: z.number().int().min(1).max(240),
  /** The meeting locks itself this many minutes after a host came. */
  autoLockMinutes: z.number().int().min(1).max(240).nullable(),
  /** Everyone below co-host comes in with the microphone off. */
  muteOnEntry: z.boolean(),
  /** Each viewer's own name lies over what they see, so that a photograph tells who took it. */
  watermark: z.boolean(),
  /** Classification shown on every page, sealed under the meeting's secret: the server cannot read it. */
  label: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,400}$/)
    .nullable(),
  /** Which role may do what. The host's rights are fixed and cannot be signed away. */
  permissions: z.strictObject({
    cohost: permissionSet,
    presenter: permissionSet,
    participant: permissionSet,
    guest: permissionSet,
  }),
});
export type Policy = z.infer<typeof policy>;

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
  const cohost = [...control.filter((right) => right !== 'end'), ...media, ...talk];
  switch (name) {
    case 'open':
      return {
        ...everyPreset,
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
        ...everyPreset,
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
        ...everyPreset,
        preset: 'classroom',
        lobby: true,
        hostGone: 'freeze',
        autoLockMinutes: 15,
        muteOnEntry: true,
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

/**
 * What panic takes from everyone below co-host, over whatever the policy gives. An overlay, so that its
 * end restores exactly what was there before.
 */
export const panicRights: ReadonlySet<Permission> = new Set([...media, ...talk, 'record']);
