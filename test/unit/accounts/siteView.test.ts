import { describe, expect, it } from 'vitest';
import { isNobody, readSiteView } from '../../../client/meeting/account/siteView.ts';
import { type SiteAccounts, siteAccounts } from '../../../shared/protocol/accounts.ts';
import { siteInfo } from '../../../shared/protocol/rest.ts';
import { operatorKey } from '../../../shared/residency.ts';

const site: SiteAccounts = {
  create: 'signed-in',
  signIn: { provider: { name: 'Ministry account' }, passkey: true },
  staff: null,
  policies: {
    presets: ['open', 'classroom'],
    guests: true,
    minVersion: null,
    keepDays: 90,
    meetingSize: 3_000,
    recording: true,
    residency: null,
  },
};
const { signIn, policies } = site;
const operator = operatorKey.parse('A'.repeat(43));
const bounds = { operator, regions: ['Taichung', 'Taipei'] };

describe('what the start page reads of its site', () => {
  it('is what the schema reads', () => {
    const answers: readonly SiteAccounts[] = [
      site,
      { ...site, policies: { ...policies, recording: false } },
      { ...site, policies: { ...policies, residency: bounds } },
      { ...site, create: 'anyone', signIn: { provider: null, passkey: false } },
      { ...site, policies: { ...policies, presets: ['open', 'moderated', 'classroom', 'webinar'] } },
    ];
    for (const answer of answers) {
      const read = siteAccounts.parse(answer);
      expect(readSiteView(answer)).toEqual({
        create: read.create,
        signIn: read.signIn,
        policies: {
          presets: read.policies.presets,
          recording: read.policies.recording,
          residency: read.policies.residency,
        },
        regions: null,
      });
    }
  });

  it('takes the regions of a signed list, and none that it cannot read', () => {
    const regions = { operator: 'A'.repeat(43), names: ['Taichung', 'Taipei'] };
    const { shape } = siteInfo;
    expect(readSiteView({ ...site, regions })?.regions).toEqual(shape.regions.parse(regions));
    for (const wrong of [
      null,
      'Taipei',
      { ...regions, operator: 'A' },
      { ...regions, names: [] },
      { ...regions, names: ['Taipei', 5] },
      { ...regions, names: [''] },
      { names: regions.names },
    ])
      expect(readSiteView({ ...site, regions: wrong })?.regions).toBeNull();
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'site'],
    ['a list', [site]],
    ['a failure', { error: 'unavailable' }],
    ['no rule for founding', { ...site, create: undefined }],
    ['another rule for founding', { ...site, create: 'nobody' }],
    ['no sign-in', { ...site, signIn: null }],
    ['passkeys neither there nor not', { ...site, signIn: { ...signIn, passkey: 1 } }],
    ['a provider without a name', { ...site, signIn: { ...signIn, provider: {} } }],
    ['a provider whose name is no text', { ...site, signIn: { ...signIn, provider: { name: 5 } } }],
    ['no word on a provider', { ...site, signIn: { passkey: true } }],
    ['no policies', { ...site, policies: undefined }],
    ['no presets', { ...site, policies: { ...policies, presets: [] } }],
    ['no word on recording', { ...site, policies: { ...policies, recording: undefined } }],
    ['bounds of no operator', { ...site, policies: { ...policies, residency: { ...bounds, operator: 5 } } }],
    [
      'bounds without a region',
      { ...site, policies: { ...policies, residency: { ...bounds, regions: [] } } },
    ],
    ['bounds in another form', { ...site, policies: { ...policies, residency: 'Taipei' } }],
    ['presets in another form', { ...site, policies: { ...policies, presets: 'open' } }],
    ['an unknown preset', { ...site, policies: { ...policies, presets: ['open', 'closed'] } }],
  ])('refuses as the schema does: %s', (_what, answer) => {
    expect(siteAccounts.safeParse(answer).success).toBe(false);
    expect(readSiteView(answer)).toBeNull();
  });

  it('takes for nobody only who the answer calls nobody', () => {
    expect(isNobody({ account: null })).toBe(true);
    for (const answer of [null, {}, [], { account: {} }, 'account']) expect(isNobody(answer)).toBe(false);
  });
});
