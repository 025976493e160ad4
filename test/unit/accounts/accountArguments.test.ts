import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { accountArguments } from '../../../server/tools/accountArguments.ts';

const read = (...typed: string[]) =>
  parseArgs({
    args: accountArguments(typed),
    allowPositionals: true,
    options: { account: { type: 'string' }, name: { type: 'string' } },
  });

describe('the id of an account on the command line', () => {
  it('may begin with a dash', () => {
    expect(read('remove', '--account', '-fFJqL5mufRYVBGB09_CwA', '--name', 'Chen')).toMatchObject({
      values: { account: '-fFJqL5mufRYVBGB09_CwA', name: 'Chen' },
      positionals: ['remove'],
    });
  });

  it('may be bound to its option, or be left out', () => {
    expect(read('--account=-a').values.account).toBe('-a');
    expect(read('--name', 'Chen').values).toEqual({ name: 'Chen' });
    expect(() => read('--account')).toThrow();
  });
});
