import { z } from 'zod';
import { residency } from './residency.ts';
import { permissions, presets, roles } from './roles.ts';

/** The forms of what `roles.ts` names, for whoever has to judge what another side sent. */
export const role = z.enum(roles);
const permission = z.enum(permissions);
export const preset = z.enum(presets);

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
  /** Where media may pass; anywhere where left out. */
  residency: residency.optional(),
  /** Which role may do what. The host's rights are fixed and cannot be signed away. */
  permissions: z.strictObject({
    cohost: permissionSet,
    presenter: permissionSet,
    participant: permissionSet,
    guest: permissionSet,
  }),
});
export type Policy = z.infer<typeof policy>;
