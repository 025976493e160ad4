import { describe, expect, it } from 'vitest';
import { librariesIn, sharedLibraries } from '../../../server/bundle/sharedLibraries.ts';

describe('Shared libraries', () => {
  it('are all but those of the C library', () => {
    const output = `
	linux-vdso.so.1 (0x00007ffd)
	libsrtp2.so.1 => /lib/x86_64-linux-gnu/libsrtp2.so.1 (0x00007f1)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2)
	/lib64/ld-linux-x86-64.so.2 (0x00007f3)
`;
    expect(librariesIn(output)).toEqual(['/lib/x86_64-linux-gnu/libsrtp2.so.1']);
  });

  it('are not left out where they are missing', () => {
    expect(() => librariesIn('\tlibsrtp2.so.1 => not found\n')).toThrow(/needs libsrtp2\.so\.1, not found/);
  });

  it('are none for a program that is not there', async () => {
    await expect(sharedLibraries('/nowhere/program')).rejects.toThrow();
  });
});
