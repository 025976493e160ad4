import type { GuideName } from '../ui/router.ts';

export interface Guide {
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** The guides, fetched when one is opened. Short: what a person does, in the order they do it. */
export type Guides = Readonly<Record<GuideName, Guide>>;

export const guides: Guides = {
  host: {
    title: 'Hosting a meeting',
    intro: 'From the first click to the last person out.',
    sections: [
      {
        title: 'Start',
        lines: [
          'On the start page choose a kind of meeting and press “Start a meeting”. No account is needed unless this site asks for one.',
          'Copy the link. Everything after # in it is the key of the meeting: send it only to people who may come, and not in public.',
          'Make a recovery code (host controls, “Recovery code”) and keep it apart from this device. Without it, a lost device means a meeting without its host.',
        ],
      },
      {
        title: 'Let people in',
        lines: [
          'Those who ask to join wait; they hear and see nothing. Check the name, then press “Admit” or “Deny”.',
          'For known guests make an invitation that works once or until a date. Withdraw it if it went to the wrong person.',
          'When everyone is there, lock the meeting.',
        ],
      },
      {
        title: 'Keep order',
        lines: [
          'From a person’s menu: mute, stop the camera, send back to the waiting room, remove, bar. The server enforces each of them as well.',
          '“Stop everything” (Shift+X) silences and hides everyone except hosts and co-hosts, closes the chat and locks the meeting, at once. Undo it when it is calm.',
          'Make somebody co-host before you leave: with nobody to admit, the waiting room stays closed.',
        ],
      },
      {
        title: 'Be sure who is there',
        lines: [
          'Open “Seal” and have everyone compare the safety code aloud. The same 30 digits mean that nobody else listens.',
          'A warning that a device “is here that nobody let in”, or that “the people here no longer share one meeting”, is not a glitch: stop talking about anything private, and compare the code.',
        ],
      },
    ],
  },
  teacher: {
    title: 'Teaching a class',
    intro: 'A lesson for thirty, without a stranger in the room.',
    sections: [
      {
        title: 'Before the lesson',
        lines: [
          'Choose “Classroom”. Students wait to be let in, and cannot unmute, share a screen or write to each other until you allow it.',
          'Share the link where only the class can see it, not on a public page. Plan a series under “My meetings”, so that it stays the same all term.',
          'Look at what students may do under host controls. What you allow there holds for all of them.',
        ],
      },
      {
        title: 'During the lesson',
        lines: [
          'Compare the waiting room with your list, and admit those who are on it. Then lock.',
          'Raised hands stand in order; let one person speak, then mute them. A poll or quiz reaches everybody at once.',
          'Present your screen; students cannot draw over it or share theirs unless you say so.',
        ],
      },
      {
        title: 'When something goes wrong',
        lines: [
          '“Stop everything” (Shift+X) first, questions later.',
          'Remove and bar whoever does not belong there. That browser cannot come back to the series; with another one they can ask again, so keep the waiting room on.',
          'Use “Report” to seal what happened to the people responsible. You choose what is in it, and see it before.',
          'If you lose your connection and no co-host is there, the meeting pauses after 15 seconds until you are back, so that nobody is left alone with the class.',
        ],
      },
    ],
  },
  admin: {
    title: 'Running a site',
    intro: 'What an administrator does, and what even an administrator cannot.',
    sections: [
      {
        title: 'Set up',
        lines: [
          'Install from a container, a bundle or the source, as README.md says, and run “npm run doctor”: it names what is wrong and how to mend it.',
          'Open the page’s port and the media ports, UDP and TCP. Add TURN for networks that let through nothing but 443.',
          'Decide who may start meetings (SEALROOM_CREATE), and make the report key on another machine.',
        ],
      },
      {
        title: 'Keep it running',
        lines: [
          'Back up with “npm run backup” before each upgrade and every night; try “npm run restore” once before you need it.',
          'Upgrade by draining: the server begins no new meetings, lets the others end, and stops. Open pages come back by themselves.',
          'Watch /api/metrics; alerts and a dashboard are in server/deploy/monitoring. “npm run audit:verify” finds any edit of the log.',
        ],
      },
      {
        title: 'Look after it in the browser',
        lines: [
          'Make the first administrator on the server: “npm run hosts:invite -- --role admin”, or by SEALROOM_OIDC_ROLES. They add a passkey, and open /admin.',
          'The page shows meetings by codes that open nothing. When somebody complains about a meeting, ask for the part of the link before #, look for it, and end it; everybody in it reads that the operator did.',
          'Before a restart, drain: people are told by when, and you can call it off. Watch until nobody is connected.',
          'Fetch reports sealed, and open them on the machine that has the key. Note the newest audit entry elsewhere from time to time.',
          '“Check” looks at the server that the page comes from, and says what is wrong and how to mend it. With several servers, “Rules” names those whose settings differ: each enforces its own.',
          'Every change stands in the audit log with your account, before it happens. The log is one for all servers of the site.',
        ],
      },
      {
        title: 'Vouch for the page',
        lines: [
          'Build the page on a machine that is not the server, and sign it there: “npm run release:keys” once, “npm run release:sign” for each version.',
          'Publish the key’s fingerprint where people find it without this site. Browsers that opened a signed page take no other.',
          'Anybody can compare what the site serves with the source: “npm run verify -- https://your-site”.',
        ],
      },
      {
        title: 'What you cannot do',
        lines: [
          'Enter a meeting, hear it, read its chat or files, or learn the names of guests. No setting changes that.',
          'Hand out what you do not have. What is there, a court can get: who connected when, from which address, to which meeting number.',
        ],
      },
    ],
  },
  security: {
    title: 'How it is protected',
    intro: 'What holds by mathematics, what holds by care, and what does not hold.',
    sections: [
      {
        title: 'What holds by itself',
        lines: [
          'Pictures, sound, chat, files, names and polls are encrypted on your device and opened on those of the members. The server passes on what it cannot read.',
          'Keys change when somebody comes or goes, and every few minutes. Anyone removed can open nothing that is said later.',
          'Everyone who joins is added by a member’s device, never by the server; the list of people is the list of keys.',
        ],
      },
      {
        title: 'What you do',
        lines: [
          'Compare the safety code when it matters, and then mark people you meet often as verified: from then on a changed key is an alarm.',
          'Keep the link private. It is in your browser’s history too.',
          'Keep your device healthy: what you see, a program on it with enough rights sees as well.',
        ],
      },
      {
        title: 'The page itself',
        lines: [
          'The code comes from this server. Your browser keeps to the version it opened first: every file is compared with its published digest, and a changed one is not run.',
          'A new version is taken only when you agree. Compare the fingerprint with the one its publisher gives elsewhere.',
          'The first visit, a cleared browser and a private window have nothing to compare with; there you trust the server once.',
        ],
      },
      {
        title: 'What does not hold',
        lines: [
          'A member can film the screen or pass on what was said.',
          'The server sees who is connected, from where, when, and how much is sent. It can cut a meeting off.',
          'The complete list, with the reasons, is SECURITY.md in the source.',
        ],
      },
    ],
  },
};
