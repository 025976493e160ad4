import { z } from 'zod';
import { identifier } from '../ids.ts';
import { preset } from '../policy.ts';
import { residency } from '../residency.ts';

/** What an account may do on this site, weakest first. It gives no right inside any meeting. */
export const accountRoles = ['member', 'host', 'admin'] as const;
export const accountRole = z.enum(accountRoles);
export type AccountRole = z.infer<typeof accountRole>;

/** Who may create meetings. */
export const createRules = ['anyone', 'signed-in'] as const;
export type CreateRule = (typeof createRules)[number];

/** Public keys only, of asymmetric kinds only; unknown members of a key are dropped. */
export const publicJwk = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().max(256).optional(),
  use: z.literal('sig').optional(),
  alg: z.string().max(16).optional(),
  crv: z.string().max(16).optional(),
  x: z.string().max(256).optional(),
  y: z.string().max(256).optional(),
  n: z.string().max(1_200).optional(),
  e: z.string().max(16).optional(),
});
export type PublicJwk = z.infer<typeof publicJwk>;

/** An identity provider, as a meeting pins it: whose statements about people count, and by which keys. */
export const staffIssuer = z.strictObject({
  /** `iss`, exactly. */
  issuer: z.url({ protocol: /^https?$/ }).max(300),
  /** The client id that id_tokens are made out to. */
  audience: z.string().min(1).max(200),
  keys: z.array(publicJwk).min(1).max(8),
});
export type StaffIssuer = z.infer<typeof staffIssuer>;

/** What the operator allows, whatever a host wants; the server holds to it. */
export const sitePolicies = z.strictObject({
  presets: z.array(preset).min(1),
  /** Whether people may come who are not signed in. */
  guests: z.boolean(),
  /** Oldest page that may take part. */
  minVersion: z.string().nullable(),
  /** Days that an ended meeting's records are kept. */
  keepDays: z.number(),
  meetingSize: z.number(),
  recording: z.boolean(),
  /** Where every meeting's media has to stay; anywhere where null. */
  residency: residency.nullable().default(null),
});
export type SitePolicies = z.infer<typeof sitePolicies>;

/** What GET /api/site says of accounts: what this site asks of whom. */
export const siteAccounts = z.object({
  create: z.enum(createRules),
  signIn: z.strictObject({
    /** The organisation's own sign-in, by the name people know it under. */
    provider: z.strictObject({ name: z.string() }).nullable(),
    passkey: z.boolean(),
  }),
  /** Null where there is no provider, or it does not answer. */
  staff: staffIssuer.nullable(),
  policies: sitePolicies,
});
export type SiteAccounts = z.infer<typeof siteAccounts>;

export const accountId = identifier(16, 'AccountId');
export type AccountId = z.infer<typeof accountId>;
export const sessionId = identifier(16, 'SessionId');
export type SessionId = z.infer<typeof sessionId>;

const sessionView = z.strictObject({
  id: sessionId,
  current: z.boolean(),
  /** Browser and system, as far as it said: "Firefox, Linux". */
  device: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  seen: z.number(),
});
export type SessionView = z.infer<typeof sessionView>;

const passkeyView = z.strictObject({
  id: z.string(),
  name: z.string(),
  since: z.number(),
  used: z.number().nullable(),
});
export type PasskeyView = z.infer<typeof passkeyView>;

/** One's own account. */
export const ownAccount = z.strictObject({
  id: accountId,
  name: z.string(),
  role: accountRole,
  kind: z.enum(['provider', 'local']),
  mayCreate: z.boolean(),
  sessions: z.array(sessionView),
  /** Local accounts only. */
  passkeys: z.array(passkeyView),
});
export type OwnAccount = z.infer<typeof ownAccount>;

/** GET /api/account. */
export const accountAnswer = z.strictObject({ account: ownAccount.nullable() });
export type AccountAnswer = z.infer<typeof accountAnswer>;

/** POST /api/account/provider: begins a sign-in for a device; the page then goes to `location`. */
export const beginSignIn = z.strictObject({ nonce: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export const signInLocation = z.strictObject({ location: z.url() });

/** POST /api/account/id-token: the provider's statement, handed over once after a sign-in. */
export const idTokenAnswer = z.strictObject({ idToken: z.string().max(8_192).nullable() });

/** POST /api/account/invite: a one-time link of the administrator, `/invited#<token>`. */
export const useInvite = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** POST /api/account/sessions/end: one session, named from another device of the same account. */
export const endSession = z.strictObject({ id: sessionId });
/** POST /api/account/passkeys/remove. */
export const removePasskey = z.strictObject({ id: z.string().max(1_400) });

/** The answer where there is nothing to say. */
export const done = z.strictObject({});

/** POST /api/account/sign-out. */
export const signOut = z.strictObject({ everywhere: z.boolean() });

/** What the browser's own passkey functions take and give; the library on each side knows the inside. */
export const passkeyOptions = z.strictObject({ options: z.looseObject({ challenge: z.string() }) });
const credential = z.looseObject({
  id: z.string().max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string().max(4_096) }),
  clientExtensionResults: z.looseObject({}),
});
/** POST /api/account/passkeys. */
export const addPasskey = z.strictObject({ credential, name: z.string().trim().min(1).max(60) });
/** POST /api/account/passkey. */
export const passkeySignIn = z.strictObject({ credential });
