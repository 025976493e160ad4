import { activitiesZhTW } from './activities.zh-TW.ts';
import { boardZhTW } from './board.zh-TW.ts';
import { breakoutZhTW } from './breakout.zh-TW.ts';
import { captionsZhTW } from './captions.zh-TW.ts';
import { chatZhTW } from './chat.zh-TW.ts';
import type { Messages } from './en.ts';
import { enteringZhTW } from './entering.zh-TW.ts';
import { hostingZhTW } from './hosting.zh-TW.ts';
import { inviteZhTW, meetingsZhTW } from './invite.zh-TW.ts';
import { policyZhTW } from './policy.zh-TW.ts';
import { qualityZhTW } from './quality.zh-TW.ts';
import { recordingZhTW } from './recording.zh-TW.ts';
import { reportZhTW } from './report.zh-TW.ts';
import { roomZhTW } from './room.zh-TW.ts';
import { sealZhTW } from './seal.zh-TW.ts';
import { siteZhTW } from './site.zh-TW.ts';

/** 臺灣華語。 */
export const zhTW: Messages = {
  ...siteZhTW,
  ...enteringZhTW,
  ...roomZhTW,
  ...chatZhTW,
  ...sealZhTW,
  ...reportZhTW,
  ...qualityZhTW,
  ...hostingZhTW,
  outcome: { ...siteZhTW.outcome, ...enteringZhTW.outcome },
  activities: activitiesZhTW,
  board: boardZhTW,
  breakout: breakoutZhTW,
  policy: policyZhTW,
  recording: recordingZhTW,
  captions: captionsZhTW,
  invite: inviteZhTW,
  meetings: meetingsZhTW,
};
