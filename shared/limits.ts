/** Sizes in bytes and counts that both sides hold to. A request over a limit is refused at the edge. */
export const limits = {
  /** One signed record. Genesis carries an X-Wing public key in base64url. */
  recordBytes: 16 * 1024,
  /** Records in one meeting's chain. */
  recordsPerMeeting: 20_000,
  /** A sealed knock: an X-Wing key package, a card with an id_token, and the HPKE overhead. */
  knockBytes: 24 * 1024,
  /** A sealed word to a waiting device. */
  lobbyWordBytes: 2 * 1024,
  /** Text of such a word, in UTF-16 units. */
  lobbyWordCharacters: 400,
  /** Waiting devices spoken to at once. */
  lobbyWords: 500,
  /** Knocks waiting in one meeting. */
  knocksPerMeeting: 2_000,
  /** A commit: 613 kB measured for a cold update at 500 members with X-Wing. */
  commitBytes: 2 * 1024 * 1024,
  /** A welcome with its tree: 1.35 MB measured for 500 joiners with X-Wing. */
  welcomeBytes: 4 * 1024 * 1024,
  /** One MLS application message. */
  messageBytes: 128 * 1024,
  /** A relayed, unordered datagram (checkpoints). */
  relayBytes: 32 * 1024,
  /** Admissions or removals named by one commit. */
  commitBatch: 500,
  /** A file that is sent, and what sealing and padding make of it at most. */
  fileBytes: 1024 ** 3,
  blobBytes: 1024 ** 3 + 1024 ** 2,
  /** Text in one chat message, in UTF-16 units. */
  chatCharacters: 4_000,
  /** Of one line of captions. */
  captionCharacters: 500,
  /** Lines that a device keeps for the transcript. */
  captionsKept: 2_000,
  /** Name of a file, in UTF-16 units. */
  fileNameCharacters: 200,
  /** A picture shown before its file is fetched; small enough for one message to several receivers. */
  previewBytes: 16 * 1024,
  /** People called by name in one message. */
  mentions: 20,
  /** Members that something is said aside to. */
  asideReceivers: 16,
  /** Polls, timer and agenda; texts in UTF-16 units. */
  pollOptions: 10,
  pollQuestionCharacters: 300,
  pollOptionCharacters: 120,
  pollWhyCharacters: 500,
  /** Polls that a meeting keeps; the oldest go first. */
  polls: 50,
  timerMs: 12 * 60 * 60 * 1000,
  agendaItems: 30,
  agendaCharacters: 120,
  /** Whiteboard: one batch of changes, one piece of a drawing told to newcomers, and a whole drawing of one member. */
  boardUpdateBytes: 48 * 1024,
  boardTellBytes: 48 * 1024,
  boardTellParts: 16,
  boardDrawingBytes: 640 * 1024,
  /** Elements in one member's drawing, numbers in one line (three a point), UTF-16 units in one text. */
  boardElements: 2_000,
  boardLineNumbers: 6_000,
  boardTextCharacters: 1_000,
  /** Drawings on one board: one for each stay of a member that drew. */
  boardDrawings: 300,
  /** Elements named by one erasure. */
  boardRefs: 2_000,
  /** A picture put on the board, made small before it is sealed. */
  boardImageBytes: 512 * 1024,
  /** Microphones that are on at a time in one meeting. */
  openMicrophones: 25,
  /** Devices that send at a time in a meeting with a stage. Hosts and co-hosts may beyond that, too. */
  stage: 25,
  /** Breakout rooms of one meeting, and devices that one record assigns to them. */
  breakoutRooms: 30,
  assignedAtOnce: 250,
  /** Name of a breakout room, and of what a host says to all of them, in UTF-16 units. */
  roomNameCharacters: 40,
  broadcastCharacters: 400,
  /** How long breakout rooms may be open, in minutes. */
  breakoutMinutes: 480,
  /** Display name, in UTF-16 units. */
  nameCharacters: 60,
  /** Classification of a meeting, in UTF-16 units. */
  labelCharacters: 40,
  /** A message to the host with a knock, in UTF-16 units. */
  knockMessageCharacters: 200,
} as const;
