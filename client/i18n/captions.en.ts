/** Captions. Part of `en`. */
export const captionsEn = {
  title: 'Captions',
  display: 'On your screen',
  by: (captioner: string) => `Captioner ${captioner}`,
  show: 'Show captions below the pictures',
  size: 'Size',
  sizes: { normal: 'Normal', large: 'Large', largest: 'Largest' },
  write: 'Type captions',
  line: 'What is being said',
  lineHelp: 'Enter sends the line.',
  lineHelpKeys: 'Arrow up takes your last line back to correct it.',
  correcting: 'You are correcting your last line. Escape leaves it as it was.',
  lineSend: 'Send',
  who: 'Captions come from people who may type them (hosts, co-hosts and presenters, unless a host changed it) and from speakers whose device captions them.',
  own: 'Caption my own speech',
  ownText: 'Your browser turns your speech into text on this device. No sound leaves it for that.',
  ownNo:
    'This browser cannot turn speech into text on this device alone, so it is off: a recognizer elsewhere would hear you.',
  ownLanguage:
    'This browser has no speech recognition for this language on this device. Sealroom does not use one elsewhere.',
  ownFailed: 'Speech recognition on this device stopped. Turn it on again.',
  ownMuted: 'It captions you while your microphone is on.',
  transcript: 'Transcript',
  empty: 'Nothing has been captioned since you came.',
  save: 'Save the transcript',
};
