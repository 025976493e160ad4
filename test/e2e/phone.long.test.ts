import { beforeAll, describe, expect, it } from 'vitest';
import { zhTW } from '../../client/i18n/zh-TW.ts';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const portrait = { width: 390, height: 844 };
const landscape = { width: 844, height: 390 };

const company = useCompany(startTestServer);
let ann: Person;
let mei: Person;
let link: string;

beforeAll(async () => {
  [ann, mei] = await company.arrive('Annemarie', '林美華');
  link = await ann.startMeeting('Open');
  await ann.watch();
  await mei.renew({ viewport: portrait, isMobile: true, hasTouch: true, locale: 'zh-TW' });
});

const control = (name: string) =>
  mei.page
    .getByRole('region', { name: zhTW.controls.bar })
    .getByRole('button', { name: new RegExp(`^${name}`) });

/** What of the stage and the bar is out of sight, and whether the page can be pushed sideways. */
function outOfSight(): Promise<readonly string[]> {
  return mei.page.evaluate(() => {
    const lost = [...document.querySelectorAll('li.tile, .control')].filter((element) => {
      const { left, top, right, bottom, width } = element.getBoundingClientRect();
      return width > 0 && (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1);
    });
    const sideways = document.documentElement.scrollWidth > innerWidth ? ['sideways'] : [];
    return [...lost.map((element) => element.textContent?.trim() ?? ''), ...sideways];
  });
}

describe('on a phone, in Chinese, by touch', () => {
  it('joins, sees and is seen', async () => {
    await mei.page.goto(link);
    await mei.page.getByRole('heading', { name: zhTW.prejoin.title }).waitFor();
    expect(await mei.page.locator('html').getAttribute('lang')).toBe('zh-TW');
    await mei.page.getByLabel(zhTW.prejoin.name).fill(mei.name);
    await mei.page.getByRole('button', { name: zhTW.prejoin.join }).tap();
    await control(zhTW.controls.microphone).waitFor();
    await mei.watch();
    await ann.sees(mei);
    await mei.sees(ann);
    expect(await outOfSight()).toEqual([]);
  });

  it('reads since when it is sealed in the clock of its language, and writes', async () => {
    await mei.page.getByRole('button', { name: /^\d\d:\d\d 起已封緘/ }).waitFor();
    await control(zhTW.controls.chat).tap();
    await mei.page.getByLabel(zhTW.chat.placeholder.everyone('')).fill('大家好');
    await mei.page.getByRole('button', { name: zhTW.chat.send, exact: true }).tap();
    await until(
      () => ann.messages(),
      (texts) => texts.includes('大家好'),
      'Annemarie reads it',
    );
    await mei.page.getByRole('button', { name: zhTW.common.close, exact: true }).tap();
  });

  it('is turned on its side and back, with everything in reach', async () => {
    for (const size of [landscape, portrait]) {
      await mei.page.setViewportSize(size);
      await until(outOfSight, (lost) => lost.length === 0, `everything is in sight at ${size.width}`);
      await mei.sees(ann);
    }
  });

  it('leaves by its menu and a question', async () => {
    await control(zhTW.controls.more).tap();
    await mei.page.getByRole('menuitem', { name: zhTW.controls.settings }).tap();
    await mei.page.getByRole('complementary', { name: zhTW.settings.title }).waitFor();
    await mei.page.getByRole('button', { name: zhTW.common.close, exact: true }).tap();
    await control(zhTW.controls.leave).tap();
    await mei.page.getByRole('alertdialog').getByRole('button', { name: zhTW.leave.leave }).tap();
    await mei.page.getByRole('heading', { name: zhTW.outcome.left.title }).waitFor();
    await ann.isWith();
  });
});
