/** One attack, the requirement it is held against and what must come of it. */
export interface Case {
  readonly attack: string;
  /** Requirements of the encryption design, R1 to R33. */
  readonly requirement: string;
  readonly expect: string;
  /** Tests elsewhere that play the case on a lower layer: file, and titles in it. */
  readonly by?: { readonly file: string; readonly titles: readonly string[] };
  /** The finding that is open: the test must fail until it is fixed. */
  readonly open?: string;
}

const guard = 'test/unit/group/guard.test.ts';
const join = 'test/unit/group/join.test.ts';
const lying = 'test/e2e/lying-server.test.ts';
const frames = 'test/unit/sframe/frames.test.ts';
const authorship = 'test/unit/sframe/authorship.test.ts';
const browser = 'test/e2e/frames.test.ts';
const media = 'test/e2e/media.test.ts';
const capture = 'test/e2e/capture.test.ts';
const signaling = 'test/integration/signaling.test.ts';

/**
 * Everything that is tried against a meeting. A case without `by` is played by the one test in this
 * folder that bears its id.
 */
export const cases = {
  // Ghosts: somebody nobody let in.
  'ghost-knock': {
    attack: 'the server, without the link, knocks for a device of its own',
    requirement: 'R6 R7',
    expect: 'turned away unseen; never in the group',
  },
  'ghost-knock-open': {
    attack: 'the server, without the link, knocks at a meeting without lobby',
    requirement: 'R6 R7',
    expect: 'turned away; never in the group',
  },
  'ghost-knock-relabelled': {
    attack: 'a genuine knock is shown under the device of a ghost',
    requirement: 'R7',
    expect: 'turned away: the MAC binds the device',
  },
  'ghost-package-substituted': {
    attack: 'a link holder seals its own key package in a knock in the name of another device',
    requirement: 'R7 R23',
    expect: 'turned away: the key package is signed by another key than the device names',
  },
  'ghost-welcome': {
    attack: 'the server, without the link, welcomes a newcomer into a group of its own',
    requirement: 'R7',
    expect: 'fork alarm; no key, not inside',
  },
  'ghost-welcome-by-stranger': {
    attack: 'a link holder whom nobody let in welcomes a newcomer into a group of its own',
    requirement: 'R7 R8',
    expect: 'fork alarm; no key, not inside',
  },
  'ghost-commit': {
    attack: 'the server puts commits of its own into the stream',
    requirement: 'R7 R16',
    expect: 'refused-commit alarm; the group comes back without the ghost',
  },
  'ghost-public-message': {
    attack: 'a member adds a ghost by a PublicMessage',
    requirement: 'R7',
    expect: 'refused-commit alarm that accuses nobody; no key shared with the ghost',
  },
  'ghost-external-commit': {
    attack: 'a member leaks the GroupInfo and a ghost commits itself in',
    requirement: 'R7',
    expect: 'refused-commit alarm; no key shared with the ghost',
  },
  'ghost-record': {
    attack: 'the server forges the record that lets a ghost in',
    requirement: 'R7',
    expect: 'refused-commit alarm; chain unchanged, ghost not admitted',
  },
  'ghost-words': {
    attack: 'the server puts messages of made-up senders into stream and relay',
    requirement: 'R7 R27',
    expect: 'nothing is shown',
  },
  'ghost-identity': {
    attack: 'a stranger claims a member at identify: no signature, its own, one recorded elsewhere',
    requirement: 'R7',
    expect: 'bad-signature; the member stays connected',
  },
  'ghost-smuggled': {
    attack: 'a member commits an Add that nobody admitted, with the right PSK, past an honest server',
    requirement: 'R7 R8',
    expect:
      'refused-commit alarm naming the member; the commit is void, its author out; no key shared with the ghost',
  },
  'ghost-smuggled-rejoin': {
    attack: 'the same past a colluding server, so that the member alone is left to welcome everybody back',
    requirement: 'R7 R8',
    expect: 'nobody goes in; no key shared with the ghost',
  },
  'ghost-external-sender': {
    attack: 'proposals by value, by reference, by external senders and new members',
    requirement: 'R7',
    expect: 'refused before the library sees them',
    by: {
      file: guard,
      titles: ['that are no private messages', 'that are proposals, in a message or by reference'],
    },
  },
  'ghost-tree': {
    attack: 'a welcome whose tree does not hold, or that leaves the tree out',
    requirement: 'R8',
    expect: 'refused',
    by: {
      file: join,
      titles: [
        'cannot hand out a tree that does not hold',
        'cannot leave the tree out or offer an external commit',
      ],
    },
  },

  // The lobby.
  'lobby-leak': {
    attack: 'a waiting device is sent everything that members get: stream, relays, welcomes, knocks, records',
    requirement: 'R6 R11',
    expect: 'no key, no roster, no names, no words',
  },
  'lobby-leak-modified': {
    attack: 'a modified client with the link uses all of it as it likes',
    requirement: 'R6',
    expect: 'no welcome opens, no message opens',
  },
  'lobby-knock-swapped': {
    attack: 'the server shows another device under the id of a knock that the host is about to admit',
    requirement: 'R6 R7',
    expect: 'the other device is not let in',
  },
  'lobby-key': {
    attack: 'the server substitutes the lobby key, so as to read names',
    requirement: 'R6 R27',
    expect: 'bad-link; nothing is sealed to it',
  },
  'lobby-key-asked': {
    attack: 'a plain member asks those inside for the private lobby key',
    requirement: 'R6 R27',
    expect: 'no answer; answered once a record lets it admit',
  },
  'lobby-key-kept': {
    attack: 'a co-host is put out and keeps the lobby key',
    requirement: 'R6 R27',
    expect: 'the records name another key; later knocks do not open with the old one',
  },
  'lobby-poison': {
    attack: 'two link holders knock at an open meeting with key packages that no tree can hold together',
    requirement: 'R16',
    expect: 'others are let in and departed members taken out all the same',
  },
  'lobby-denied-inside': {
    attack: 'a member is told that it was denied entry',
    requirement: 'R3',
    expect: 'still inside, or outside without keys; never outside on screen and inside in fact',
  },

  // Identity and records.
  'records-other-host': {
    attack: 'the server shows a chain of a host key of its own',
    requirement: 'R7',
    expect: 'bad-link; nothing is knocked',
  },
  'records-damaged': {
    attack: 'the chain is damaged, reordered, cut in front, of another meeting, or signed by another',
    requirement: 'R7 R26',
    expect: 'bad-link; nothing is knocked',
  },
  'records-rewound': {
    attack: 'a device at the door is shown less than it has seen',
    requirement: 'R7',
    expect: 'bad-link',
  },
  'records-rewound-reload': {
    attack: 'a device that returns is shown the chain as it was before a ban',
    requirement: 'R7',
    expect: 'bad-link',
  },
  'records-truncated': {
    attack: 'a newcomer is shown a chain without its newest records, and welcomed at that length',
    requirement: 'R13 R14',
    expect: 'an alarm at the newcomer',
  },
  'records-withheld': {
    attack: 'the server withholds a record from one member',
    requirement: 'R14',
    expect: 'stale alarm at that member',
  },
  'records-forked': {
    attack: 'two valid records at one place, shown to different members',
    requirement: 'R13',
    expect: 'fork alarm on both sides',
  },
  'records-by-member': {
    attack: 'a plain member signs admissions, grants, removals, locks, keys and the end, past the server too',
    requirement: 'R7 R21',
    expect: 'forbidden by the server; refused-commit alarm at the clients, chain unchanged',
  },
  'records-swallowed': {
    attack: 'the server acknowledges a record of the host and drops it',
    requirement: 'R14',
    expect: 'the host is told: request-failed or stale',
  },
  'records-form': {
    attack: 'records replayed, swapped, forked, changed in one bit, re-encoded, signed for another purpose',
    requirement: 'R7',
    expect: 'refused',
    by: {
      file: 'test/unit/records/chain.test.ts',
      titles: [
        'refuses a replayed record',
        'refuses swapped, missing and foreign records',
        'refuses the loser of a fork',
        'refuses every one-bit change of bytes or signature',
        'refuses a signature made for another purpose',
      ],
    },
  },

  // Commits and welcomes.
  'commit-damaged': {
    attack: 'a commit is changed on its way to one member',
    requirement: 'R15 R16',
    expect: 'refused-commit alarm; the member comes back by a fresh key package',
  },
  'commit-blame': {
    attack: 'the server makes up a commit and names a member as its sender',
    requirement: 'R21',
    expect: 'an alarm that accuses nobody of what is not proven',
  },
  'commit-replayed': {
    attack: 'an earlier commit comes again, later in the stream',
    requirement: 'R15',
    expect: 'nothing changes',
  },
  'commit-duplicated': {
    attack: 'every entry comes twice',
    requirement: 'R15',
    expect: 'nothing changes',
  },
  'commit-reordered': {
    attack: 'two commits in the wrong order',
    requirement: 'R15',
    expect: 'refused-commit alarm; the member comes back by a fresh key package',
  },
  'commit-delayed': {
    attack: 'entries are held back and leave a gap',
    requirement: 'R14',
    expect: 'the gap is filled by asking',
  },
  'commit-withheld': {
    attack: 'one member gets no commit any more, its sequence numbers closed up',
    requirement: 'R14',
    expect: 'stale alarm at that member',
  },
  'commit-withheld-silent': {
    attack: 'one member gets nothing at all any more on a connection that stands',
    requirement: 'R14',
    expect: 'stale alarm at that member',
  },
  'commit-withheld-flapping': {
    attack: 'the same behind a line that the server drops and takes up again every few seconds',
    requirement: 'R14',
    expect: 'stale alarm at that member',
  },
  'fork-halves': {
    attack: 'two different commits of one epoch, each to one half of four members; relays pass',
    requirement: 'R13',
    expect: 'an alarm in both halves',
  },
  'fork-halves-parted': {
    attack: 'the same, and nothing passes from one half to the other',
    requirement: 'R13',
    expect: 'an alarm in both halves',
  },
  'fork-code-ground': {
    attack: 'a ghost in both halves of a fork makes epochs until both halves read the same safety code',
    requirement: 'R22',
    expect: 'a code of about 100 bits: no search finds two alike',
  },
  'commit-swallowed': {
    attack: 'the commit that removes somebody is acknowledged and never ordered',
    requirement: 'R10 R14',
    expect: 'stale alarm at the host',
  },
  'commit-conflict-forever': {
    attack: 'every commit is answered with epoch-conflict',
    requirement: 'R10 R14',
    expect: 'stale alarm at the host',
  },
  'commit-voided': {
    attack: 'a removal is spoilt for one member and then declared void, so that it stays in the old epoch',
    requirement: 'R10 R13 R14',
    expect: 'refused-commit alarm at once, then fork or stale',
  },
  'welcome-duplicated': {
    attack: 'the welcome comes twice at once',
    requirement: 'R15',
    expect: 'inside, without alarm',
  },
  'welcome-damaged': {
    attack: 'welcomes are changed on their way, twice in a row',
    requirement: 'R15 R16',
    expect: 'refused; the device asks anew with a fresh key package each time, and is inside once, in step',
  },
  'welcome-replayed': {
    attack: 'an old welcome comes again: inside, and to the same device after a reload',
    requirement: 'R15 R17',
    expect: 'without effect inside; refused after a reload',
  },
  'welcome-swapped': {
    attack: 'a waiting device gets the welcome of another',
    requirement: 'R6',
    expect: 'fork alarm; no key',
  },
  'welcome-withheld': {
    attack: 'the welcome never comes',
    requirement: 'R14',
    expect: 'not inside, no key',
  },
  'welcome-delayed': {
    attack: 'the welcome comes when the group has moved on',
    requirement: 'R15',
    expect: 'inside, in step',
  },
  'roster-gone': {
    attack: 'the server says of a present member that it is gone, to one client',
    requirement: 'R8',
    expect: 'its leaf stays in the list',
  },
  'roster-ghosts': {
    attack: 'streams of devices that are no leaves',
    requirement: 'R8',
    expect: 'a ghost alarm that names them',
  },
  'removed-derives': {
    attack: 'a removed member that kept everything reads the commit that removes it',
    requirement: 'R9',
    expect: 'no secret of it opens',
    by: {
      file: 'test/unit/group/removed.test.ts',
      titles: ['opens no secret of the commit that removes it, where one that stays does'],
    },
  },
  'removed-returns': {
    attack: 'a removed member that kept everything follows, speaks, and re-enters by a return knock',
    requirement: 'R9 R10',
    expect: 'no later key; refused at the door and at the clients',
  },
  'removed-speaks': {
    attack: 'a removed member speaks under the epoch before, past a colluding server',
    requirement: 'R9',
    expect: 'nothing is shown',
  },
  'removed-commits': {
    attack: 'a removed member gets its own commit in before the one that removes it, past a colluding server',
    requirement: 'R9 R10',
    expect: 'refused-commit alarm; no key shared with it after the record',
  },

  // A member that breaks the rules.
  'insider-add-no-psk': {
    attack: 'an Add of an admitted device without the PSK',
    requirement: 'R7',
    expect: 'refused-commit alarm naming the member',
  },
  'insider-add-wrong-psk': {
    attack: 'an Add of an admitted device with a PSK of another secret',
    requirement: 'R7',
    expect: 'refused-commit alarm naming the member',
  },
  'insider-remove': {
    attack: 'a Remove of somebody who has not departed',
    requirement: 'R8',
    expect: 'refused-commit alarm naming the member; nobody is removed by it',
  },
  'insider-proposals': {
    attack: 'GroupContextExtensions, ReInit, external init, unknown proposals',
    requirement: 'R16 R26',
    expect: 'refused',
    by: { file: guard, titles: ['with proposals outside the profile'] },
  },
  'insider-identity': {
    attack: 'a commit that changes the committer’s name or key',
    requirement: 'R24',
    expect: 'refused-commit alarm naming the member; name unchanged',
  },
  'insider-leaf': {
    attack: 'the same with every kind of change',
    requirement: 'R24',
    expect: 'refused',
    by: { file: guard, titles: ['that change who a member is'] },
  },
  'insider-refuses': {
    attack: 'a member claims to refuse every commit of the host',
    requirement: 'R8',
    expect: 'host and newcomer stay inside',
  },
  'file-tampered': {
    attack: 'the server flips, cuts, reorders, repeats and exchanges the bytes of a sealed file',
    requirement: 'R1 R26',
    expect: 'refused with its reason; nothing is saved',
  },
  'file-withheld': {
    attack: 'the server claims another size, hands out the token of another file, deletes the file',
    requirement: 'R26',
    expect: 'refused with its reason; nothing is saved',
  },
  'file-forged': {
    attack:
      'a member without the right sends a file, one in place of another’s, one with a name that deceives',
    requirement: 'R21',
    expect: 'not shown; the true file stays as it is',
  },
  'chat-edit-forged': {
    attack: 'a member edits, takes back and replaces messages of another',
    requirement: 'R21',
    expect: 'the messages stay as they are',
  },
  'chat-aside-replayed': {
    attack: 'a member repeats as its own what another said aside',
    requirement: 'R21',
    expect: 'opened by nobody; read by none but the one it was for',
  },
  'chat-aside-opened': {
    attack: 'a third member tries to open what was said aside',
    requirement: 'R21',
    expect: 'not opened',
    by: {
      file: 'test/unit/group/aside.test.ts',
      titles: ['is opened by those meant, in its epoch, from its sender, and by nobody else'],
    },
  },
  'insider-chat-forged': {
    attack: 'a message from the leaf of another member, and one under another sender’s label',
    requirement: 'R21',
    expect: 'never shown as another’s',
  },
  'insider-chat-aside': {
    attack: 'a member says different things to different members, past the order, as words to everyone',
    requirement: 'R21',
    expect: 'only what stands in the stream is shown',
  },
  'insider-name-invisible': {
    attack: 'a name that looks like a verified person’s, with invisible characters in it',
    requirement: 'R23',
    expect: 'identity-changed alarm',
  },
  'insider-chat-muted': {
    attack: 'a member without the right to chat writes to everyone',
    requirement: 'R21',
    expect: 'nothing is shown',
  },
  'insider-checkpoint': {
    attack: 'a checkpoint of frames in another member’s name, signed by one’s own key',
    requirement: 'R21',
    expect: 'never reaches the frame worker',
  },
  'insider-rename': {
    attack: 'a member without the right to rename takes another name',
    requirement: 'R23',
    expect: 'the name stays',
  },
  'insider-rename-pinned': {
    attack: 'a member takes the name of a person whose key was verified',
    requirement: 'R23',
    expect: 'identity-changed alarm',
  },
  'identity-changed': {
    attack: 'somebody comes under the name of a verified person with another key',
    requirement: 'R23',
    expect: 'identity-changed alarm; trust shown as changed; nothing of it heard until acknowledged',
  },

  // Downgrade.
  'downgrade-suite': {
    attack: 'a welcome to a group of the weaker suite',
    requirement: 'R25 R26',
    expect: 'downgrade; not inside; no key; it knocks anew',
  },
  'downgrade-context': {
    attack: 'a link holder founds the group with other parameters than the genesis record says',
    requirement: 'R26',
    expect: 'downgrade; not inside; no key; it knocks anew',
  },
  'report-key-swapped': {
    attack: 'after the founding the server publishes a report key of its own',
    requirement: 'R23 R26',
    expect: 'reports are sealed to the key that the founder pinned',
  },
  'report-key-at-founding': {
    attack: 'the server hands the founder a report key of its own',
    requirement: 'R23',
    expect:
      'a limit: sealed to it, and every member is shown a fingerprint that the operator did not publish',
  },
  'report-key-rewritten': {
    attack: 'the server puts a report key of its own into the genesis record, or takes the pinned one out',
    requirement: 'R23 R26',
    expect: 'bad link: the host key signed the record',
  },
  'downgrade-genesis': {
    attack: 'the server rewrites suite, frame suite or policy in the genesis record',
    requirement: 'R25 R26',
    expect: 'bad-link; nothing is knocked',
  },
  'downgrade-version': {
    attack: 'another protocol version',
    requirement: 'R26',
    expect: 'refused, typed',
    by: { file: signaling, titles: ['refuses other versions, unknown meetings and malformed ones, typed'] },
  },
  'downgrade-codec': {
    attack: 'a frame relabelled as another codec',
    requirement: 'R26',
    expect: 'refused',
    by: { file: frames, titles: ['refuses a frame relabelled as another codec'] },
  },

  'downgrade-codec-offered': {
    attack: 'the server offers no codec that can be sealed',
    requirement: 'R26',
    expect: 'nothing is sent, and the person is told',
    by: { file: media, titles: ['is refused when the router has no codec that can be sealed'] },
  },
  'downgrade-extensions': {
    attack: 'the server asks for header extensions that tell loudness or clock, and for silence left out',
    requirement: 'R28 R29',
    expect: 'not negotiated',
    by: {
      file: media,
      titles: ['carries only allowed header extensions and never DTX, whatever the router offers'],
    },
  },
  'downgrade-flag': {
    attack: 'the server says that this meeting, stream or member is not encrypted',
    requirement: 'R26',
    expect: 'no message can say so: no field for it, and none unknown gets through',
  },

  // In real browsers, against a server that lies about streams.
  'browser-swapped': {
    attack: "the server announces the cameras of two members under each other's names",
    requirement: 'R5 R21',
    expect: 'neither picture is shown until the truth is told',
    by: { file: lying, titles: ['shows nobody under the name of another: exchanged streams stay dark'] },
  },
  'browser-ghost': {
    attack: 'the server announces a camera of a device that is not in the group',
    requirement: 'R7 R8',
    expect: 'ghost; no tile; nobody more in the people list',
    by: {
      file: lying,
      titles: ['cannot slip in a stream of somebody who is not in the group: a warning, and no tile'],
    },
  },
  'browser-host': {
    attack: 'the server shows a meeting of another host than the link names',
    requirement: 'R7',
    expect: 'bad-link before anything is sent',
    by: {
      file: lying,
      titles: ['cannot pass off another meeting: a link of another host is refused before anything is sent'],
    },
  },

  // Stale state.
  'reload-fresh': {
    attack: 'a device reloads, again and again',
    requirement: 'R17 R33',
    expect: 'a fresh key package and leaf key each time, no base key seen twice, nothing of the group stored',
  },
  'reload-counters': {
    attack: 'two transforms of a source, repeated and forgotten epochs, rejoin, a new group',
    requirement: 'R17',
    expect: 'no (KID, CTR) twice under one key',
    by: {
      file: frames,
      titles: [
        'never repeat: two transforms of a source, repeated epochs, forgotten epochs, rejoin, new group',
        'one base key under two epoch numbers is refused',
      ],
    },
  },

  // Chat.
  'chat-tampered': {
    attack: 'a chat message is changed, repeated, cut, and shown under another sender',
    requirement: 'R27',
    expect: 'shown once, as it was, from whom it was',
  },
  'chat-withheld': {
    attack: 'one chat message is withheld from one member, its place filled with garbage',
    requirement: 'R14',
    expect: 'an alarm at that member',
  },
  'chat-withheld-late': {
    attack: 'the same right before the epoch ends',
    requirement: 'R14',
    expect: 'an alarm at that member',
  },
  'chat-as-own': {
    attack: 'a message of another is shown to a member as its own',
    requirement: 'R14',
    expect: 'shown, or an alarm',
  },
  'chat-replayed': {
    attack: 'a message and a file of a moment ago are shown again after they were changed and taken back',
    requirement: 'R27',
    expect: 'each stays as its author left it',
  },
  'chat-reordered': {
    attack: 'a file and a message are shown to one member in the other order',
    requirement: 'R14',
    expect: 'an alarm at that member',
  },

  // The board.
  'board-tampered': {
    attack: 'what is drawn is changed, repeated, cut, and shown under another sender',
    requirement: 'R27',
    expect: 'drawn once, as it was, by whom it was; the board is the same for all',
  },
  'board-replayed': {
    attack:
      'strokes of a moment ago are shown again, in their order and in the other, after they were moved and removed',
    requirement: 'R27',
    expect: 'the board stays as it is, and the same for all',
  },
  'board-reordered': {
    attack: 'two strokes are shown to one member in the other order',
    requirement: 'R14',
    expect: 'an alarm at that member; nothing is shown that nobody drew',
  },
  'board-withheld': {
    attack: 'a stroke is withheld from one member, its place filled with garbage',
    requirement: 'R14',
    expect: 'an alarm at that member; once it has come in anew, its board is that of all',
  },
  'board-dropped': {
    attack: 'the stream of one member stands still while others draw',
    requirement: 'R14',
    expect: 'with the next entry it asks for what lacks, and its board is that of all',
  },

  // Polls, captions, reactions, timer, agenda.
  'activity-tampered': {
    attack: 'all that people do together is changed, repeated, cut, and shown under another sender',
    requirement: 'R27',
    expect: 'each taken once, as it was, from whom it was',
  },
  'activity-replayed': {
    attack: 'agenda, timer, captions and ballots of a moment ago are shown again after newer ones',
    requirement: 'R27',
    expect: 'the newer ones stand',
  },
  'activity-reordered': {
    attack: 'two changes of the agenda are shown to one member in the other order',
    requirement: 'R14',
    expect: 'an alarm at that member',
  },
  'activity-withheld': {
    attack: 'a ballot is withheld from one member, its place filled with garbage',
    requirement: 'R14',
    expect: 'an alarm at that member',
  },

  // Malformed and oversized input.
  'malformed-events': {
    attack: 'arbitrary values for every event',
    requirement: 'R16',
    expect: 'dropped: no crash, no hang',
  },
  'malformed-answers': {
    attack: 'arbitrary values for every answer',
    requirement: 'R16',
    expect: 'request fails: no crash, no hang',
  },
  'malformed-bytes': {
    attack: 'events of the right form around random bytes, at a member',
    requirement: 'R16',
    expect: 'no crash, no hang; nothing shown, still or again in step',
  },
  'malformed-deep': {
    attack: 'events and answers nested up to a hundred thousand deep',
    requirement: 'R16',
    expect: 'dropped: no crash, no hang',
  },
  'malformed-sync': {
    attack: 'a sync that never completes',
    requirement: 'R16',
    expect: 'the member gives up on it: a bounded number of requests',
  },
  'malformed-mls': {
    attack: 'malformed, oversized and cut handshake messages',
    requirement: 'R16',
    expect: 'refused in bounded time',
    by: {
      file: guard,
      titles: ['that are too large, cut, or followed by more', 'from leaves that do not exist'],
    },
  },

  // Media at the frame layer.
  'media-injected': {
    attack: 'plaintext, silence and frames of no group',
    requirement: 'R4 R5',
    expect: 'nothing is emitted',
    by: {
      file: frames,
      titles: [
        'a receiver emits nothing: not plaintext, not a frame of a group it is not in',
        'refuses every flipped byte, synthetic header included',
      ],
    },
  },
  'media-replayed': {
    attack: 'frames replayed, on the same and on another track',
    requirement: 'R18',
    expect: 'dropped silently',
    by: { file: frames, titles: ['drops replays silently, on whichever track they come'] },
  },
  'media-replayed-late': {
    attack: 'everything twice, and a frame held back until the window has passed it',
    requirement: 'R18',
    expect: 'each frame once; the one that nobody can tell any more, never',
  },
  'media-epoch-collision': {
    attack: 'frames of epochs with one number on the wire, and frames renamed to another epoch',
    requirement: 'R20',
    expect: 'the key that the KID names is tried, and no other',
  },
  'media-truncated': {
    attack: 'frames cut anywhere, lengthened, joined',
    requirement: 'R2 R5',
    expect: 'nothing is emitted; the genuine ones still open',
  },
  'media-swapped': {
    attack: 'the frames of another member or another source on a track',
    requirement: 'R5 R20',
    expect: 'dropped',
    by: {
      file: frames,
      titles: [
        'accepts only the expected device',
        'accepts only the expected source',
        'does not play own frames back',
      ],
    },
  },
  'media-forged': {
    attack: 'a member forges frames of another under the shared key, with and without a checkpoint',
    requirement: 'R21',
    expect: 'cut after 5 s, or at once where a signed hash contradicts',
    by: {
      file: authorship,
      titles: [
        'cuts a sender whose frames nobody signed, after 5 s and for as long as they come',
        'is not fooled by a checkpoint that somebody else signed',
        'a frame unlike the one signed for is a forgery, final until the track is bound anew',
      ],
    },
  },
  'media-late-transform': {
    attack: 'a transform attached late, taken away, or dead',
    requirement: 'R3 R4',
    expect: 'nothing more is sent; the watchdog says so',
    by: {
      file: browser,
      titles: [
        'transform attached after media runs: plaintext leaves, and the watchdog catches it',
        'audio attached after media runs is caught too',
        'worker terminated in the middle of a call: media stops and the watchdog says so',
        'transform set to null: no plaintext follows, and the watchdog does not wait for any',
      ],
    },
  },
  'media-no-key': {
    attack: 'the keys or the frame worker are kept from a browser; it is sent plaintext',
    requirement: 'R4 R5',
    expect: 'nothing is sent, nothing is decoded',
    by: {
      file: browser,
      titles: [
        'no key: nothing is sent',
        'no key at the receiver: nothing is decoded',
        'plaintext that arrives is not played',
        'worker fails to load: nothing is sent and the watchdog says so',
      ],
    },
  },
  'media-unsealable': {
    attack: 'a stream to whose sender or receiver no seal can be attached',
    requirement: 'R4 R5',
    expect: 'not sent, not received',
    by: { file: media, titles: ['is not sent', 'is not received'] },
  },
  'media-old-keys': {
    attack: 'frames of an epoch that is over',
    requirement: 'R10 R19',
    expect: 'opened for 10 s, then the keys are gone',
    by: { file: frames, titles: ['a sender changes at once; frames under way open for 10 s and no longer'] },
  },
  'media-audio-size': {
    attack: 'speech told from silence by size',
    requirement: 'R29',
    expect: 'one size, at the server too',
    by: { file: capture, titles: ['sees nothing of the voice in the sizes of audio'] },
  },

  // The whole meeting under observation.
  'capture-secrets': {
    attack:
      'everything of a meeting in browsers is kept and searched: wire, media, heap, memory, database, log',
    requirement: 'R1 R27 R33',
    expect: 'no name, word, link secret, seed, key or frame in any encoding',
    by: {
      file: capture,
      titles: [
        'knows no name, word, link secret, seed or key, and no frame: not on the wire, in memory, on disk or in the log',
      ],
    },
  },
  'capture-frames': {
    attack:
      'an independent decryptor written from RFC 9605 is given the media of a meeting in browsers, and every secret',
    requirement: 'R1 R2',
    expect: 'opens with the exporter secret of the epoch, to picture and sound, and with nothing else',
    by: {
      file: capture,
      titles: [
        'opens with the exported secret of its epoch, independently, to the pictures and the sound of each person',
        'opens with no other secret, under no other label, and not once a byte was changed',
      ],
    },
  },

  // Control: what the records take away stays away, whatever a modified client and the server do.
  'panic-speaks': {
    attack: 'a modified client chats, reacts and renames itself while everything is stopped',
    requirement: 'control',
    expect: 'nobody shows any of it; what comes after is shown again',
  },
  'frozen-speaks': {
    attack: 'a modified client chats, reacts, raises a hand and renames itself while no host is there',
    requirement: 'control',
    expect: 'nobody shows any of it; once a host is back, words are shown again',
  },
  'sent-back-speaks': {
    attack: 'the server passes on words and a return knock of a device that was put back to the lobby',
    requirement: 'R9 R10',
    expect: 'the words do not open, the knock is not answered, new keys without it',
  },
  'invitation-revoked': {
    attack: 'the server shows the host a knock by an invitation that was revoked meanwhile',
    requirement: 'R7',
    expect: 'turned away, although the invitation would have let it straight in',
  },
  'knock-flood': {
    attack: 'a thousand devices with the link knock at once',
    requirement: 'control',
    expect: 'the meeting goes on, the host sees all of them and turns them away by one act',
  },
  'invitation-shared': {
    attack: 'two devices come by an invitation for one',
    requirement: 'R7',
    expect: 'one is let in and counted, the other learns nothing; a third reads that it is used',
  },

  // Breakout rooms: who is in one is outside all others.
  'room-uninvited': {
    attack:
      'a member of room 1 knocks at room 2, whose link leaked to it; the server shows the knock as a return',
    requirement: 'R6 R9',
    expect: 'nobody there lets it in, by hand or otherwise; not a key of theirs reaches it',
  },
  'room-secret-asked': {
    attack: 'a member of room 1 asks in the main meeting for the secret of room 2',
    requirement: 'R7',
    expect: 'nobody answers; who belongs there is answered',
  },
  'room-secret-false': {
    attack: 'a member hands out the secret of a room of its own as that of a breakout room',
    requirement: 'R7',
    expect: 'not taken: the records name the key that the secret must fit; the right one is taken afterwards',
    by: {
      file: 'test/unit/breakout/roomSecrets.test.ts',
      titles: ['a secret that does not fit the records is not taken, and the right one is taken after it'],
    },
  },
  'room-record-forged': {
    attack:
      'a member signs records that open rooms, assign itself and call everybody back; the server spreads them',
    requirement: 'R9',
    expect: 'refused by everyone, with an alarm; nobody is moved',
  },
  'room-ghost': {
    attack: 'the server, without the link, knocks at a room for a device of its own',
    requirement: 'R6 R7',
    expect: 'turned away; never in the group, although nobody in the room is a host',
  },
  'room-exchanged': {
    attack: 'the server leads a device that goes into room 1 to room 2, or to a room of its own making',
    requirement: 'R7 R8',
    expect: 'the device stays outside: the records there are not those that the main meeting names',
  },
  'room-by-member': {
    attack:
      'members without the right, and a co-host that was put back, have the server found rooms of the meeting',
    requirement: 'control',
    expect: 'refused; no such meeting is there',
  },
  'room-as-meeting': {
    attack:
      'a co-host has the server found rooms that no record of the meeting tells of, or goes on in one after the meeting',
    requirement: 'control',
    expect: 'such rooms end by themselves, whoever is in them; a room has no rooms and counts to its meeting',
    by: {
      file: 'test/unit/signaling/breakoutRooms.test.ts',
      titles: [
        'a room that no record ever tells of ends',
        'rooms end with the meeting, whoever ends it',
        'a room has no rooms of its own',
        'a meeting has so many rooms and no more, and none by rules that the site forbids',
      ],
    },
  },
  'room-producer': {
    attack: 'a member of room 1 subscribes to a stream of room 2, whose id it was told',
    requirement: 'control',
    expect: 'no such stream there, neither in room 1 nor in the main meeting',
    by: {
      file: 'test/integration/breakout-media.test.ts',
      titles: ['a stream of one room can be had in that room alone'],
    },
  },
} as const satisfies Record<string, Case>;

export type CaseId = keyof typeof cases;
/** Cases played in this folder. */
export type OwnCase = {
  [Id in CaseId]: (typeof cases)[Id] extends { readonly by: unknown } ? never : Id;
}[CaseId];
