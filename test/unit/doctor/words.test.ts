import { expect, it } from 'vitest';
import { z } from 'zod';
import { type Finding, finding } from '../../../shared/doctor/finding.ts';
import { findingEn } from '../../../shared/doctor/words.en.ts';
import { findingZhTW } from '../../../shared/doctor/words.zh-TW.ts';

/** Some value of each form that findings have. */
function sampleOf(form: unknown): unknown {
  if (form instanceof z.ZodLiteral) return form.value;
  if (form instanceof z.ZodString) return 'example.org';
  if (form instanceof z.ZodNumber) return 3;
  if (form instanceof z.ZodBoolean) return true;
  if (form instanceof z.ZodEnum) return form.options[0];
  if (form instanceof z.ZodNullable) return sampleOf(form.unwrap());
  if (form instanceof z.ZodArray) return [sampleOf(form.element)];
  if (form instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(form.shape).map(([name, each]) => [name, sampleOf(each)]));
  }
  throw new TypeError('a form that no sample is made of');
}

const everything: Finding[] = finding.shape.found.options.map((form) =>
  finding.parse({ state: 'green', found: sampleOf(form) }),
);

it('says every finding in both languages, with its figures, and what to do in both or in neither', () => {
  expect(everything.length).toBeGreaterThan(60);
  for (const { found } of everything) {
    const [en, zh] = [findingEn(found), findingZhTW(found)];
    expect(zh.fix === null, found.code).toBe(en.fix === null);
    expect(`${zh.says}${zh.fix ?? ''}${zh.name}`, found.code).toMatch(/\p{Script=Han}|TURN|Redis/u);
    for (const value of Object.values(found)) {
      if (value !== 'example.org') continue;
      for (const { says, fix } of [en, zh]) expect(`${says} ${fix}`, found.code).toContain(value);
    }
    // Settings and commands are the same, whoever reads of them.
    const named = (text: string | null) =>
      [...new Set(text?.match(/SEALROOM_[A-Z_]+|npm run [a-z:]+/g))].sort();
    expect(named(zh.fix), found.code).toEqual(expect.arrayContaining(named(en.fix)));
  }
});
