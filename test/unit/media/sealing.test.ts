import { expect, it } from 'vitest';
import { Sealing } from '../../../client/media/sealing.ts';

function open() {
  const closed: string[] = [];
  const sealing = new Sealing({ close: () => closed.push('transport') });
  const protection = { id: 1, close: () => closed.push('seal') };
  return { closed, sealing, protection };
}

it('hands out the seal that was attached', () => {
  const { closed, sealing, protection } = open();
  sealing.attach(() => protection);
  expect(sealing.require()).toBe(protection);
  expect(closed).toEqual([]);
});

it('closes the transport where a seal cannot be attached, and says so whatever fails after', () => {
  const { closed, sealing } = open();
  const attach = () =>
    sealing.attach(() => {
      throw new Error('no transform');
    });
  expect(attach).toThrow(expect.objectContaining({ code: 'unprotected' }));
  expect(closed).toEqual(['transport']);
  expect(sealing.abandon(new Error('aborted'))).toMatchObject({ code: 'unprotected' });
});

it('closes the transport where nothing was handed over for sealing', () => {
  const { closed, sealing } = open();
  expect(() => sealing.require()).toThrow(expect.objectContaining({ code: 'unprotected' }));
  expect(closed).toEqual(['transport']);
});

it('takes the seal off what came to nothing, for the reason it did', () => {
  const { closed, sealing, protection } = open();
  sealing.attach(() => protection);
  const reason = new Error('refused');
  expect(sealing.abandon(reason)).toBe(reason);
  expect(closed).toEqual(['seal']);
});
