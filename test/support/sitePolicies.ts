import type { SitePolicies } from '../../shared/protocol/accounts.ts';

/** What a site says that restricts nothing. */
export const sitePolicies: SitePolicies = {
  presets: ['open', 'moderated', 'classroom', 'webinar'],
  guests: true,
  minVersion: null,
  keepDays: 90,
  meetingSize: 3_000,
  recording: true,
  residency: null,
};
