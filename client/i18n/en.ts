import { activitiesEn } from './activities.en.ts';
import { boardEn } from './board.en.ts';
import { breakoutEn } from './breakout.en.ts';
import { captionsEn } from './captions.en.ts';
import { chatEn } from './chat.en.ts';
import { enteringEn } from './entering.en.ts';
import { hostingEn } from './hosting.en.ts';
import { inviteEn, meetingsEn } from './invite.en.ts';
import { policyEn } from './policy.en.ts';
import { qualityEn } from './quality.en.ts';
import { recordingEn } from './recording.en.ts';
import { reportEn } from './report.en.ts';
import { roomEn } from './room.en.ts';
import { sealEn } from './seal.en.ts';
import { siteEn } from './site.en.ts';

/** The source of all keys; other languages satisfy its type. */
export const en = {
  ...siteEn,
  ...enteringEn,
  ...roomEn,
  ...chatEn,
  ...sealEn,
  ...reportEn,
  ...qualityEn,
  ...hostingEn,
  outcome: { ...siteEn.outcome, ...enteringEn.outcome },
  activities: activitiesEn,
  board: boardEn,
  breakout: breakoutEn,
  policy: policyEn,
  recording: recordingEn,
  captions: captionsEn,
  invite: inviteEn,
  meetings: meetingsEn,
};

/** Every text of the interface. A language is one object of this type. */
export type Messages = typeof en;
