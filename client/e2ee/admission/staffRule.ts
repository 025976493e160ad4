import type { StaffProvider } from '../../../shared/roles.ts';
import type { Card } from '../identity/card.ts';
import type { VerifiedIdentity } from '../identity/idToken.ts';

/** Whom a card's id_token proves, under the provider that the meeting's signed rules pin; null where nobody. */
export async function staffIdentity(
  card: Pick<Card, 'lasting' | 'idToken'>,
  provider: StaffProvider | null,
  at: number,
): Promise<VerifiedIdentity | null> {
  if (!provider || card.idToken === undefined) return null;
  // Loaded where a meeting asks for it: most do not.
  const { verifyIdToken } = await import('../identity/idToken.ts');
  const { issuer, audience, keys } = provider;
  const result = await verifyIdToken(
    card.idToken,
    card.lasting,
    [{ issuer, audience, jwks: { keys: keys.map((key) => ({ ...key })) } }],
    at,
  );
  return result.ok ? result.identity : null;
}
