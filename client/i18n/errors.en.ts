import type { ErrorCode } from '../../shared/errors.ts';

/** What went wrong and what to do about it. Part of `siteEn`. */
export const errorsEn: Record<ErrorCode, { title: string; text: string }> = {
  'bad-request': {
    title: 'The server did not understand this page',
    text: 'Reload the page and try again. If it happens again, tell whoever runs this server.',
  },
  'version-mismatch': {
    title: 'This page is out of date',
    text: 'The server has been updated. Reload the page to get the current version.',
  },
  'not-found': {
    title: 'There is no such meeting',
    text: 'Check the link with the person who sent it. It may have been cut short.',
  },
  ended: { title: 'This meeting has ended', text: 'Its keys are gone. Ask the host for a new link.' },
  'passkey-required': {
    title: 'Show again that it is you',
    text: 'This needs a passkey that was used in the last 12 hours. Sign in with yours; if you have none, add one to your account.',
  },
  'bad-invitation': {
    title: 'This link does not open this meeting',
    text: 'Part of it may have been lost in copying. Ask for the whole link again.',
  },
  'invitation-over': {
    title: 'This invitation lets nobody in any more',
    text: 'It is used up, has expired, or was withdrawn. Ask the host for a new one.',
  },
  'bad-code': {
    title: 'This is not the recovery code',
    text: 'Check it for mistyped characters. Only the newest code of this meeting works.',
  },
  'not-identified': {
    title: 'This device could not identify itself',
    text: 'Try again. If it happens again, reload the page.',
  },
  'not-admitted': {
    title: 'You have not been let in',
    text: 'Ask to join again, and tell a host that you are waiting.',
  },
  forbidden: {
    title: 'Your role does not allow this',
    text: 'Ask a host to do it, or to change your role.',
  },
  'sign-in-required': {
    title: 'Sign in first',
    text: 'This site lets only signed-in people do this.',
  },
  'sign-in-failed': {
    title: 'The sign-in did not succeed',
    text: 'It took too long, or was begun in another window. Nothing is lost: start it again.',
  },
  'no-passkey': {
    title: 'The passkey was not used',
    text: 'The browser was cancelled, or has no passkey for this site. Try again.',
  },
  'not-entitled': {
    title: 'Your account may not do this here',
    text: 'Who you are is confirmed, but your account is not in the group that is allowed to do this. Use another account, or ask whoever runs this site.',
  },
  'provider-mismatch': {
    title: 'This site names another sign-in than expected',
    text: 'This page was built for one identity provider, and the server names another. Nothing was made. Tell whoever runs this site.',
  },
  'not-allowed-here': {
    title: 'This is not allowed here',
    text: 'Whoever runs this site has ruled out this kind of meeting, or recording. Choose another kind of meeting; if you need a recording, ask them.',
  },
  'regions-required': {
    title: 'This site allows certain regions only',
    text: 'Whoever runs it lets pictures and sound pass servers in certain regions only, and the rules of this meeting do not keep to them. Nothing was changed. Reload the page, choose among the regions it offers, and start a new meeting.',
  },
  'network-refused': {
    title: 'Not from this network',
    text: 'This site can be used from certain networks only, for example inside an office or by its VPN. Connect to one, then reload.',
  },
  banned: {
    title: 'This device is barred from the meeting',
    text: 'A host has barred it. Only a host can lift that; if it is a mistake, contact them another way.',
  },
  locked: {
    title: 'The meeting is locked',
    text: 'A host has closed it to newcomers. Ask them to unlock it, then try again.',
  },
  'bad-signature': {
    title: 'A signature could not be verified',
    text: 'Nothing was accepted that could not be checked. Reload the page and try again.',
  },
  'epoch-conflict': {
    title: 'Someone else changed the group first',
    text: 'Nothing is lost. Try again.',
  },
  'group-exists': { title: 'The meeting is already running', text: 'Try again to join it.' },
  'no-group': {
    title: 'The meeting has not started',
    text: 'Wait for the host, then try again.',
  },
  'chain-conflict': { title: 'Another host acted first', text: 'Look at the change, then try again.' },
  'resync-required': {
    title: 'You were away too long',
    text: 'The meeting has moved on and its keys have changed. Join again; you will not have to ask.',
  },
  'rate-limited': { title: 'Too many attempts', text: 'Wait a minute, then try again.' },
  'too-large': { title: 'This is larger than the meeting accepts', text: 'Send something smaller.' },
  full: { title: 'There is no more room', text: 'The meeting or the server is full. Try again later.' },
  'media-unavailable': {
    title: 'The media server is restarting',
    text: 'Sound and pictures return by themselves. Chat keeps working.',
  },
  draining: {
    title: 'This site restarts soon',
    text: 'Until then it begins no new meetings; those going on go on. Try again in some minutes.',
  },
  'no-file': {
    title: 'This file is no longer on the server',
    text: 'Files are kept for a limited time. Ask whoever sent it to send it again.',
  },
  replaced: {
    title: 'The meeting is open in another tab',
    text: 'This device is in the meeting there. You can bring it back here.',
  },
  'no-report-key': {
    title: 'This site takes no reports',
    text: 'Its operator has published no key to seal them to. Save the report as a file and tell them another way.',
  },
  'region-unavailable': {
    title: 'No server in the regions of this meeting',
    text: 'Its media may pass servers in certain regions only, and none of them can be reached. Nothing was sent. Tell whoever runs this site.',
  },
  unavailable: {
    title: 'The server is not answering',
    text: 'Check your connection and try again in a moment.',
  },
};
