import type { BrowserContext, CDPSession, Page } from 'playwright-core';

/** Gives a page's machine an authenticator that makes and uses passkeys without asking anybody. */
export async function addAuthenticator(
  context: BrowserContext,
  page: Page,
): Promise<{ readonly devtools: CDPSession; readonly authenticatorId: string }> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { devtools, authenticatorId };
}
