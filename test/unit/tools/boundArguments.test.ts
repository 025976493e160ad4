import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { boundArguments } from '../../../server/tools/boundArguments.ts';

const read = (...typed: string[]) =>
  parseArgs({
    args: boundArguments(['account', 'key'], typed),
    allowPositionals: true,
    options: { account: { type: 'string' }, key: { type: 'string' }, name: { type: 'string' } },
  });

describe('an id or a key on the command line', () => {
  it('may begin with a dash', () => {
    expect(
      read('remove', '--account', '-fFJqL5mufRYVBGB09_CwA', '--key', '--9w', '--name', 'Chen'),
    ).toMatchObject({
      values: { account: '-fFJqL5mufRYVBGB09_CwA', key: '--9w', name: 'Chen' },
      positionals: ['remove'],
    });
  });

  it('may be bound to its option, or be left out', () => {
    expect(read('--account=-a').values.account).toBe('-a');
    expect(read('--name', 'Chen').values).toEqual({ name: 'Chen' });
    expect(() => read('--account')).toThrow();
    expect(() => read('--name', '-c')).toThrow();
  });
});
