/** Starting a meeting, inviting to it, and the list of one's own. Parts of `en`. */
export const beginEn = {
  adjust: 'Adjust the rules',
  editPreset: 'Edit this preset',
  deletePreset: 'Delete the preset',
  deleteTitle: (name: string) => `Delete the preset “${name}”?`,
  deleteText:
    'Meetings made by it stay as they are. Its rules stay chosen for the meeting you are about to start.',
  asSet: 'Custom',
  summary: (base: string, looser: number, stricter: number): string => {
    if (looser + stricter === 0) return `Like ${base}.`;
    const parts = [
      ...(looser > 0 ? [`${looser}\u00a0looser`] : []),
      ...(stricter > 0 ? [`${stricter}\u00a0stricter or different`] : []),
    ];
    return `Based on ${base}, with changed rules: ${parts.join(', ')}.`;
  },
  withLabel: (rules: string, label: string) => `${rules} Classified: ${label}.`,
  lostTitle: 'The rules of your last meeting cannot be read',
  lostText:
    'This browser keeps nothing, or what it kept is damaged. Nothing is assumed: choose who may come in.',
  chooseFirst: 'Choose first who may come in.',
  presetUnreadable: 'One of your presets cannot be read',
  presetUnreadableText:
    'It is damaged, or was made by another version of this page. It is not used. Make it again and delete this one.',
  notSaved: 'This browser did not take it. Nothing was saved.',
  adjustTitle: 'Rules of the meeting',
  editTitle: (name: string) => `Rules of “${name}”`,
  comparedTo: (base: string) => `Compared to ${base}`,
  noChanges: 'No difference.',
  presetName: 'Name of your preset',
  presetNameHelp: 'To use these rules again. Kept on this device.',
  presetNameMissing: 'Give it a name first.',
  savePreset: 'Save the preset',
  saveAsPreset: 'Save as a preset',
  useOnce: 'Use for this meeting',
  more: 'Name, passphrase and more',
  title: 'Name of the meeting (optional)',
  titleHelp: 'For your list and your invitations. It stays on this device.',
  label: 'Classification (optional)',
  regions: 'Pictures and sound only through servers in',
  regionsHelp:
    'Every device checks this against the list of servers signed by the operator of this site. Choose none to allow any server. It cannot be changed later.',
  regionsRule: (regions: string, chooses: boolean) =>
    `Rule of this site: every meeting’s pictures and sound pass only through servers in ${regions}. ${chooses ? 'Choose among them to allow fewer; none chosen means all of them. ' : ''}Every device checks this against the list of servers signed by the operator of this site. It cannot be changed later.`,
  labelHelp: 'Shown to everybody on every page, such as “Internal”. The server cannot read it.',
  keptHere: 'The meeting is in your list on this device.',
  notKept: 'This browser did not keep the meeting. Save the link before you close this page.',
};
