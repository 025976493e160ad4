/** The way into a meeting and out of it. Part of `en`. */
export const enteringEn = {
  passphrase: {
    title: 'This link asks for a passphrase',
    text: 'It comes to you separately from the link; if you do not have it, ask whoever sent you the link. It never leaves this device.',
    label: 'Passphrase',
    open: 'Open the meeting',
    busy: 'Trying the passphrase',
    wrong: 'This passphrase does not open the meeting. Check it and try again.',
  },
  prejoin: {
    title: 'Ready to join?',
    titleHost: 'Ready to start?',
    name: 'Your name',
    nameHelp: 'Shown to the people in the meeting. The server does not see it.',
    nameMissing: 'Enter the name that others should see.',
    message: 'Message to the host (optional)',
    messageHelp: 'Helps the host to know who you are.',
    hostStarts: 'You are the host. The meeting starts when you go in.',
    hostJoins: 'You are a host of this meeting. You go straight in.',
    lobbyNext: 'A host sees your name and lets you in. Until then nobody sees or hears you.',
    lobbyNotStarted: 'The meeting has not started. You wait until a host comes and lets you in.',
    openNext: 'You go straight in.',
    openSeen: 'Others see and hear what you have turned on.',
    openFirst: 'Nobody is here yet. You go straight in and the meeting starts.',
    join: 'Join now',
    start: 'Start the meeting',
    ask: 'Ask to join',
    preview: 'Your camera preview',
    cameraOff: 'Your camera is off',
    protects:
      'Protected in this meeting: pictures, sound, screens, chat and names. Only the people in it can open them.',
    withoutBoth: 'You join without camera and microphone. You see and hear the others and can write to them.',
    withoutMicrophone: 'You join without a microphone. Others see you, but do not hear you.',
    withoutCamera: 'You join without a camera. Others hear you, but do not see you.',
  },
  devices: {
    microphone: 'Microphone',
    camera: 'Camera',
    speaker: 'Speaker',
    unnamed: (n: number) => `Device ${n}`,
    kinds: { both: 'camera and microphone', camera: 'camera', microphone: 'microphone' },
    starting: (what: string) => `Waiting for your ${what}. If the browser asks, choose “Allow”.`,
    help: {
      both: {
        denied: {
          title: 'The browser does not let this page use your camera and microphone',
          text: 'You can go on without them, or allow them like this:',
        },
        'no-device': {
          title: 'No camera or microphone was found',
          text: 'Plug one in and try again, or go on without. You can still see, hear and write.',
        },
        'in-use': {
          title: 'Another program is using your camera and microphone',
          text: 'Close that program and try again, or go on without.',
        },
      },
      camera: {
        denied: {
          title: 'The browser does not let this page use your camera',
          text: 'You can go on without it, or allow it like this:',
        },
        'no-device': {
          title: 'No camera was found',
          text: 'Plug one in and try again, or go on without.',
        },
        'in-use': {
          title: 'Another program is using your camera',
          text: 'Close that program and try again, or go on without.',
        },
      },
      microphone: {
        denied: {
          title: 'The browser does not let this page use your microphone',
          text: 'You can go on without it, or allow it like this:',
        },
        'no-device': {
          title: 'No microphone was found',
          text: 'Plug one in and try again, or go on without.',
        },
        'in-use': {
          title: 'Another program is using your microphone',
          text: 'Close that program and try again, or go on without.',
        },
      },
    },
    steps: {
      chromium: (what: string) => [
        'Click the icon at the left of the address.',
        `Turn the ${what} on.`,
        'Press “Try again”. If nothing changes, allow the browser in the privacy settings of your system.',
      ],
      firefox: (what: string) => [
        'Click the crossed-out icon beside the address.',
        `Take “Blocked” away from the ${what}.`,
        'Press “Try again” and choose “Allow”.',
      ],
      safari: (what: string) => [
        'In the menu Safari, choose “Settings for this website”.',
        `Set the ${what} to “Allow”.`,
        'Press “Try again”.',
      ],
      ios: (what: string) => [
        'Tap the icon beside the address, then “Website Settings”.',
        `Set the ${what} to “Allow”.`,
        'Press “Try again”.',
      ],
      android: (what: string) => [
        'Tap the icon at the left of the address, then “Permissions”.',
        `Allow the ${what}.`,
        'Press “Try again”.',
      ],
    },
    retry: 'Try again',
    on: 'On',
    off: 'Off',
    testSound: 'Test sound',
    playing: 'Playing three notes',
    played: 'Not heard? Choose another speaker or turn up the volume.',
    playFailed: 'The sound could not be played. Choose another speaker.',
  },
  waiting: {
    title: 'Waiting to be let in',
    attended: 'A host has been told that you are here.',
    unattended: 'No host is here yet. Stay on this page: a host will be told about you when they arrive.',
    locked: 'The meeting is locked. Stay on this page: only a host can let you in now.',
    position: (n: number) => (n === 1 ? 'You are next.' : `You are number ${n} in line.`),
    private: 'Nobody sees or hears you yet.',
    leave: 'Stop waiting',
  },
  joining: {
    title: 'Sealing the meeting',
    text: 'Your device and the others are agreeing on new keys.',
  },
  outcome: {
    removed: {
      title: 'You were removed from the meeting',
      text: 'A host removed you. You can ask to join again.',
    },
    removedBanned: {
      title: 'You were removed from the meeting',
      text: 'A host removed you and barred this device. Only a host can lift that; if it is a mistake, contact them another way.',
    },
    denied: {
      title: 'You were not let in',
      text: 'A host declined. If you think this is a mistake, contact them.',
    },
    deniedBanned: {
      title: 'This device is barred from the meeting',
      text: 'A host has barred it. Only a host can lift that; if it is a mistake, contact them another way.',
    },
    ruledOut: {
      verified: {
        title: 'Only verified staff may come in',
        text: 'Only people confirmed by their organisation may join this meeting. Sign in with your organisation’s account, again if you last did so on another day; you then come back here. If you have no such account, ask the host.',
      },
      invited: {
        title: 'Only staff and named guests may come in',
        text: 'Your link is the shared one. Sign in with your organisation’s account; you come back here. Or ask the host for an invitation of your own.',
      },
    },
    hostGone: {
      title: 'The meeting is over for now',
      text: 'No host came back in time. The link still works once a host opens the meeting again.',
    },
    ended: {
      title: 'The meeting has ended',
      text: 'The host ended it for everyone. Its keys are gone: nothing the server carried can be opened again. What people saved stays on their devices.',
    },
    endedByOperator: {
      title: 'The operator of this site ended the meeting',
      text: 'It was ended for everyone by whoever runs this site, not by the host. The operator could not see or hear what was in it. The link opens nothing any more; ask the operator if you do not know why.',
    },
    endedByUnknown: {
      title: 'The meeting has ended',
      text: 'It was ended for everyone, by its host or by whoever runs this site. Ask the host for a new link.',
    },
    left: {
      title: 'You have left the meeting',
      text: 'Whoever is still there changes the keys. You can come back as long as the meeting runs.',
    },
    replaced: {
      title: 'The meeting is open in another tab',
      text: 'This device joined it there. You can bring the meeting back to this tab.',
    },
    askAgain: 'Ask to join again',
    joinAgain: 'Join again',
    takeOver: 'Use it here',
    newMeeting: 'Start another meeting',
    badLink: {
      malformed: {
        title: 'This link is incomplete',
        text: 'Part of it is missing, usually because it was cut when copied. Ask for the whole link again, including everything after #.',
      },
      'wrong-host': {
        title: 'This link and the meeting do not match',
        text: 'The server shows a meeting that was not made by the host in your link. You have not joined and nothing was sent. Tell the person who sent you the link.',
      },
      'unknown-meeting': {
        title: 'There is no such meeting',
        text: 'It may have been deleted, or the link may have been copied wrongly. Ask the person who sent it.',
      },
      'unknown-invitation': {
        title: 'This link does not open this meeting',
        text: 'The key in it fits no invitation. It may have been changed in copying. Ask for the link again.',
      },
      revoked: {
        title: 'This invitation was withdrawn',
        text: 'A host has replaced or cancelled it. Ask the person who sent it for a new one.',
      },
      expired: {
        title: 'This invitation has expired',
        text: 'It was good until a set time. Ask the person who sent it for a new one.',
      },
      used: {
        title: 'This invitation has been used',
        text: 'It lets in a set number of devices, and they have come. If it was meant for you, tell the host: somebody else may have it.',
      },
    },
    unsupported: {
      'insecure-context': {
        title: 'This page was not opened securely',
        text: 'Browsers allow cameras and encryption only on addresses that begin with https. Open the https address, or ask whoever runs this server.',
      },
      'no-webrtc': {
        title: 'This browser cannot make video calls',
        text: 'WebRTC is missing or switched off. Use a current Chrome, Edge, Firefox or Safari, or ask your administrator to allow it.',
      },
      'no-encoded-transform': {
        title: 'This browser cannot seal video',
        text: 'It is too old to encrypt pictures and sound on the device, and Sealroom never sends them unsealed. Update it, or use a current Chrome, Edge, Firefox or Safari.',
      },
    },
  },
};
