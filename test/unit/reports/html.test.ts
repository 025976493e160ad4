import { describe, expect, it } from 'vitest';
import { type HtmlOptions, reportHtml } from '../../../client/e2ee/reports/html.ts';
import { type Language, languages } from '../../../client/i18n/language.ts';
import { PIXEL, sampleReport, someDevice } from './sample.ts';

const options = async (language: Language, verified = true): Promise<HtmlOptions> => ({
  words: (await languages[language].load()).report,
  language,
  verified,
});
const reporter = someDevice(7);
const tagsOf = (html: string) => new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name));

describe.each(['en', 'zh-TW'] as const)('a report as a page, in %s', (language) => {
  it('runs nothing, loads nothing, and shows what others wrote as text', async () => {
    const html = reportHtml(sampleReport(reporter), await options(language));
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    for (const tag of ['script', 'iframe', 'link', 'a', 'b', 'form', 'object']) {
      expect(tagsOf(html)).not.toContain(tag);
    }
    expect(html).toContain('Mallory &#60;b&#62;');
    expect(html).toContain('something &#60;script&#62;alert(1)&#60;/script&#62; rude');
    expect(html).toContain('a&#60;b&#62;.pdf');
    expect(html).not.toMatch(/(?:src|href)="(?!data:image\/png;base64,)/);
  });

  it('has everything that was reported, in the words of the language', async () => {
    const given = await options(language);
    const { file, reasons } = given.words;
    const html = reportHtml(sampleReport(reporter), given);
    for (const text of [reasons.harassment, file.signed, file.limits, file.aside, file.here, file.gone]) {
      expect(html).toContain(text.replaceAll("'", '&#39;'));
    }
    expect(html).toContain('He would not stop. 他一直不停。');
    expect(html).toContain(Buffer.from(PIXEL).toString('base64'));
    expect(html).toContain(someDevice(9));
    expect(html).toContain('datetime="2027-01-15T08:00:00.000Z"');
  });

  it('says of what is missing that it is', async () => {
    const given = await options(language, false);
    const { file } = given.words;
    const bare = sampleReport(reporter, { text: '', about: [], room: [], chat: [], still: null });
    const html = reportHtml(bare, given);
    for (const text of [file.nobody, file.noWords, file.noStill, file.noChat]) expect(html).toContain(text);
    expect(html).not.toContain(file.signed.replaceAll("'", '&#39;'));
    expect(tagsOf(html)).not.toContain('img');
  });
});
