import type { Refusal } from '../release/pin.ts';

const refused: Record<Refusal, string> = {
  'other-key': 'It is signed by somebody else than the page you have used until now.',
  'not-signed': 'It is not signed, unlike the page you have used until now.',
  'bad-signature': 'Its signature does not hold: it was changed after it was signed.',
  older: 'It is older than the page you have used until now.',
};

/** What is said about the code of the page itself. */
export const releaseEn = {
  updateTitle: 'There is a new version of this page',
  updateText:
    'Until you agree, this browser keeps to the one it has. Nothing of yours is lost by the change.',
  versions: (from: string, to: string) => `Version ${to} replaces version ${from}.`,
  signed: (when: string) => `Signed ${when} with the key of this fingerprint:`,
  selfBuilt:
    'Built on this server and not signed by anyone. Ask its operator whether the page was changed. Its digest:',
  update: 'Use the new version',
  later: 'Not now',
  updating: 'Getting the new version …',
  updateFailed: 'The new version did not come whole, so nothing was changed. Try again later.',
  unlistedTitle: 'This server no longer says what its page consists of',
  unlistedText:
    'This browser cannot check the page then. Go on without the check only if you know why, for example on a developer’s machine.',
  unlistedGo: 'Go on without the check',
  refusedTitle: 'The server offers another page, and this browser refuses it',
  refused,
  refusedText:
    'The page that you have used until now is still here and unchanged. Tell the people who run this site before you trust it with anything new.',
  refusedGo: 'Go on with the page I have',
  alteredTitle: 'This page was changed, so it was not started',
  alteredText:
    'A part of it is not what was published: somebody changed it on the server or on the way. Nothing of yours was sent. Tell the people who run this site, and name them this part:',
  guardTitle: 'The server tries to replace what guards this page',
  guardText:
    'No release that this browser accepts asks for that, so the page was stopped. Close it, and tell the people who run this site before you open it again.',
  brokenTitle: 'This page did not load completely',
  brokenText: 'Some of it did not arrive. Check the connection, then load it again.',
  again: 'Load again',
};
