import type { AccountRole } from '../../shared/protocol/accounts.ts';
import type { Preset, Role } from '../../shared/roles.ts';
import { beginEn } from './begin.en.ts';
import { errorsEn } from './errors.en.ts';

const roles: Record<Role, string> = {
  host: 'Host',
  cohost: 'Co-host',
  presenter: 'Presenter',
  participant: 'Participant',
  guest: 'Guest',
};

const presets: Record<Preset, { name: string; text: string }> = {
  open: { name: 'Open', text: 'Everyone with the link comes straight in.' },
  moderated: { name: 'Moderated', text: 'You let each person in from a waiting room.' },
  classroom: {
    name: 'Classroom',
    text: 'A waiting room, and students watch and react until you let them speak.',
  },
  webinar: {
    name: 'Webinar',
    text: 'The audience comes straight in, watches, reacts and writes to the hosts. Presenters speak.',
  },
};

/** What every page says, and the pages outside a meeting. Part of `en`. */
export const siteEn = {
  common: {
    product: 'Sealroom',
    /** One sentence after another. */
    sentences: (...parts: readonly string[]) => parts.join(' '),
    /** The key that does the same as a button, behind its name. */
    key: (key: string) => ` (${key})`,
    titled: (title: string, text: string) => `${title}. ${text}`,
    close: 'Close',
    cancel: 'Cancel',
    copied: 'Copied',
    tryAgain: 'Try again',
    partMissing: 'This part could not be fetched',
    partMissingText: 'Check the connection and try again. Everything else goes on.',
    reload: 'Reload the page',
    home: 'Go to the start page',
    you: 'You',
    skip: 'Skip to the content',
    dismiss: 'Dismiss',
    language: 'Language',
    loading: 'Loading',
  },
  roles,
  presets,
  errors: errorsEn,
  begin: beginEn,
  outcome: {
    crash: {
      title: 'This page has stopped working',
      text: 'Something went wrong in the page itself. Reload it to come back; the meeting goes on without interruption for the others.',
    },
    notFound: {
      title: 'There is nothing here',
      text: 'The address is wrong or the page is gone. Meeting links look like https://…/m/…#…',
    },
  },
  landing: {
    large: 'For more than 200 people',
    largeHelp: 'Smaller keys, so that it stays quick. They do not withstand future quantum computers.',
    title: 'Meetings that only the people in the room can open',
    intro:
      'Pictures, sound, chat and names are sealed on your device. The server carries them and cannot look inside.',
    start: 'Start a meeting',
    startText: 'No account needed. You become the host.',
    presetLabel: 'Who may come in?',
    starting: 'Making the keys of your meeting',
    startFailed: 'The meeting could not be made',
    join: 'Join a meeting',
    linkLabel: 'Meeting link',
    linkHelp: 'Paste the whole link you were sent.',
    joinButton: 'Join',
    facts: [
      {
        title: 'Sealed on your device',
        text: 'Keys are made by the devices in the room and change whenever someone comes or goes.',
      },
      {
        title: 'Everyone there is on the list',
        text: 'The people list is read from the keys themselves. Nobody can listen without being on it.',
      },
      {
        title: 'Runs where you put it',
        text: 'One server of your own. This page loads nothing from anywhere else.',
      },
    ],
    meetings: 'My meetings',
    serverLink: 'What the server can see',
  },
  account: {
    title: 'Account',
    signIn: 'Sign in',
    signInOther: 'Sign in with another account',
    signInText:
      'For people who start meetings here, or want others to see who they are. Joining needs no account.',
    signInWith: (name: string) => `Sign in with ${name}`,
    signInPasskey: 'Sign in with a passkey',
    noWay: 'This site has no sign-in of its own. Ask whoever runs it for a sign-in link.',
    asking: 'Asking the site',
    finishing: 'Signing you in',
    badInvite: {
      title: 'This sign-in link does not work',
      text: 'It works once, for a limited time, and only if it was copied whole. Ask whoever sent it for a new one.',
    },
    linkOf: (name: string) => `Account of ${name}`,
    byProvider: 'Signed in through your organisation.',
    local: 'Signed in with an account of this site.',
    may: {
      member: 'You can join meetings, and others see who you are. You cannot start meetings here.',
      host: 'You can start meetings.',
      admin: 'You can start meetings and run this site. That lets you into no meeting.',
    } satisfies Record<AccountRole, string>,
    administer: 'Administer this site',
    sessions: 'Where you are signed in',
    thisDevice: 'This browser',
    unknownDevice: 'Unknown browser',
    seen: (date: string) => `Last used ${date}`,
    endSession: 'End',
    endSessionOf: (device: string) => `End the sign-in of ${device}`,
    signOut: 'Sign out',
    signOutEverywhere: 'Sign out everywhere',
    passkeys: 'Passkeys',
    passkeyNone:
      'Your link has been used up. Add a passkey now, or you cannot come back after this sign-in ends.',
    passkeyText: 'Each passkey lets you sign in again by unlocking the device that holds it.',
    passkeyName: 'Name of the new passkey',
    passkeyNameHelp: 'To tell it from others, for example “Work laptop”.',
    passkeyDefault: 'Passkey',
    addPasskey: 'Add a passkey',
    added: (date: string) => `Added ${date}`,
    removePasskey: 'Remove',
    removePasskeyOf: (name: string) => `Remove the passkey ${name}`,
    staffTitle: 'For signed-in people',
    staffText:
      'The host lets in only people whose organisation vouches for them. Sign in, and come back here.',
    staffOrInvited:
      'The host lets in people whose organisation vouches for them, and guests with an invitation of their own.',
    startFirst: 'On this site you need to sign in to start a meeting. Joining with a link needs no account.',
    startAs: (name: string) => `You start it as ${name}.`,
    startNot:
      'You are signed in, but your account may not start meetings here. You can still join; to start your own, ask whoever runs this site.',
  },
  link: {
    empty: 'Paste the link of the meeting.',
    'not-a-link': 'This is not a meeting link. It looks like this: https://…/m/…#…',
    'no-key': 'The part after # is missing. It holds the key: copy the whole link again.',
    otherSite: (host: string) => `This link belongs to ${host}. Open it in a new tab instead.`,
  },
  ready: {
    title: 'Your meeting is ready',
    text: 'Send this link to the people you want to meet.',
    linkLabel: 'Meeting link',
    copy: 'Copy link',
    safe: 'Keep this link safe. It holds the key of the meeting: send it only to people who may come, and not in public.',
    device: 'You are the host on this device and in this browser.',
    enter: 'Go in',
    another: 'Start a different meeting',
  },
  server: {
    title: 'What the server can see',
    intro:
      'You do not have to trust the server with what you say. It carries sealed packets between devices, and it needs to know a few things to do that. Here is what they are; SECURITY.md tells it in full.',
    seesTitle: 'The server sees',
    sees: [
      'that a device and its browser at some network address are connected to a meeting number, and when',
      'which roles it acts under: host, participant and so on',
      'the signed decisions of hosts: who was let in, removed or stopped, and the rules of the meeting',
      'that somebody asks to join, and by which invitation, and whether a microphone is muted',
      'how large packets and messages are and when they are sent',
      'which streams exist (microphone, camera, screen) and which device receives which',
      'which breakout rooms there are and which device is in which, not what they are called',
      'that a sealed file lies there, about how large it is, and which devices sent and fetched it',
      'which device records, and from when to when, not the recording',
      'that a device sent a report, when, and about how large it is',
      'who has signed in, in which browsers and when, which meeting they are in, and who started it where starting needs a sign-in',
    ],
    neverTitle: 'The server never sees',
    never: [
      'your picture, your voice or your screen',
      'chat, files and their names, reactions and raised hands',
      'names that people type and what they write to the host',
      'the keys, or the part of the link after #',
    ],
    openTitle: 'What sealing cannot prevent',
    open: [
      'Someone in the meeting can record it or film the screen.',
      'The server delivers this page, so whoever runs it could deliver a changed one.',
      'Whoever runs the server or the network can interrupt the meeting, and can see that it takes place.',
    ],
    checkTitle: 'How to check for yourself',
    check:
      'Open “Seal” during a meeting and read the safety code aloud. If everyone has the same 30 digits, nobody else is listening and nobody stands in between.',
    codeTitle: 'The code of this page',
    codeSigned: (version: string, when: string) =>
      `This browser keeps to version ${version}, signed ${when} with the key of this fingerprint:`,
    codeSelfBuilt: (version: string) =>
      `This browser keeps to version ${version}. It is self-built, not signed; its digest:`,
    codeLoose:
      'This browser has no earlier version of the page to compare with: it cannot keep one, or this is its first visit.',
  },
  guide: { title: 'Guides' },
  opening: 'Looking up the meeting',
  slow: 'This is taking longer than usual. Check your connection; it goes on by itself as soon as it can.',
};

/** The texts of every page. */
export type SiteMessages = typeof siteEn;
