import type { Permission } from '../../shared/roles.ts';

/** The rules of a meeting in words. Part of `en`. */
export const policyEn = {
  comingIn: 'Coming in',
  lobby: 'Waiting room',
  lobbyText: 'Newcomers wait until someone lets them in.',
  who: 'Who may be let in',
  whoChoices: {
    anyone: 'Anyone with a link',
    invited: 'Signed-in staff, and guests with their own invitation',
    verified: 'Signed-in staff only',
  },
  muteOnEntry: 'Come in with the microphone off',
  muteOnEntryText: 'Hosts and co-hosts are not affected.',
  autoLock: 'Lock automatically',
  never: 'Never',
  afterMinutes: (n: number) => (n === 1 ? 'After 1 minute' : `After ${n} minutes`),
  may: 'Participants and guests may',
  whenGone: 'Without a host, and watermark',
  hostGone: 'When the last host is gone',
  goneChoices: {
    continue: 'The meeting goes on',
    freeze: 'It pauses until a host is back',
    end: 'The meeting ends',
  },
  goneAfter: 'It ends',
  watermark: 'Watermark',
  watermarkText:
    'Each person sees their own name over videos and screens. A photograph shows whose screen it was; it cannot be prevented, and a changed program can hide the name.',
  rightNames: {
    speak: 'Speak',
    camera: 'Show their camera',
    share: 'Share a screen',
    chat: 'Write to everyone',
    privateChat: 'Write to one another',
    files: 'Send files',
    react: 'React and raise a hand',
    annotate: 'Draw on screens or the whiteboard',
    rename: 'Change their name',
    record: 'Record on their device',
    caption: 'Type captions',
    found: 'Start the meeting before a host',
  },
  roles: {
    cohost: 'co-hosts',
    presenter: 'presenters',
    participant: 'participants',
    guest: 'guests',
  },
  rights: {
    admit: 'let people in',
    remove: 'remove people',
    moderate: 'mute others or stop their shares',
    govern: 'change the rules',
    grant: 'give roles',
    invite: 'make invitations',
    breakout: 'run breakout rooms',
    end: 'end the meeting',
    found: 'start the meeting before a host',
    speak: 'speak',
    camera: 'show their camera',
    share: 'share a screen',
    chat: 'write to everyone',
    chatHosts: 'write to the hosts',
    privateChat: 'write to one another',
    files: 'send files',
    rename: 'change their name',
    react: 'react or raise a hand',
    annotate: 'draw on screens or the whiteboard',
    record: 'record on their device',
    caption: 'type captions',
  } satisfies Record<Permission, string>,
  directions: { looser: 'Looser', stricter: 'Stricter', other: 'Different' },
  changes: {
    lobbyOn: 'Newcomers wait until someone lets them in.',
    lobbyOff: 'There is no waiting room.',
    muteOn: 'People come in with the microphone off.',
    muteOff: 'People come in with the microphone as they left it.',
    watermarkOn: 'A watermark shows each viewer’s own name.',
    watermarkOff: 'There is no watermark.',
    who: {
      anyone: 'Anyone with a link may be let in.',
      invited: 'Only signed-in staff, and guests with their own invitation, may be let in.',
      verified: 'Only signed-in staff may be let in.',
    },
    staff: 'Another organisation vouches for staff.',
    label: 'Another classification is shown.',
    otherOperator: 'Another operator says where servers are.',
    anywhere: 'Pictures and sound may pass through any server.',
    regions: (regions: string) => `Pictures and sound pass only through servers in: ${regions}.`,
    hostGone: {
      continue: 'The meeting goes on without a host.',
      freeze: 'The meeting pauses when the last host is gone.',
    },
    hostGoneEnd: (n: number) =>
      n === 1
        ? 'The meeting ends 1 minute after the last host is gone.'
        : `The meeting ends ${n} minutes after the last host is gone.`,
    autoLockOn: (n: number) =>
      n === 1
        ? 'The meeting locks 1 minute after a host arrives.'
        : `The meeting locks ${n} minutes after a host arrives.`,
    autoLockOff: 'The meeting does not lock automatically.',
    may: (who: string, what: string) => `${capital(who)} may ${what}.`,
    mayNot: (who: string, what: string) => `${capital(who)} may not ${what}.`,
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
