import { expect, it } from 'vitest';
import { libpqAddress } from '../../../server/backup/libpq.ts';

const plain = 'postgres://sealroom@db.test/site';

it('keeps the password off the command line, wherever the address has it', () => {
  const secret = { PGPASSWORD: 'a p@ss' };
  expect(libpqAddress('postgres://sealroom:a%20p%40ss@db.test:5433/site', 15)).toEqual({
    uri: 'postgres://sealroom@db.test:5433/site',
    env: secret,
  });
  expect(libpqAddress(`${plain}?password=a%20p%40ss`, 15)).toEqual({ uri: plain, env: secret });
  expect(libpqAddress(plain, 15)).toEqual({ uri: plain, env: {} });
});

// As pg-connection-string takes them, which has the server verify more than libpq would.
it.each([
  ['sslmode=disable', 15, 'sslmode=disable'],
  ['sslmode=prefer', 15, 'sslmode=verify-full'],
  ['sslmode=require', 15, 'sslmode=verify-full'],
  ['sslmode=verify-ca&sslrootcert=ca.pem', 17, 'sslmode=verify-full&sslrootcert=ca.pem'],
  ['sslmode=verify-full', 16, 'sslmode=verify-full&sslrootcert=system'],
  ['sslmode=no-verify', 17, 'sslmode=require'],
  ['ssl=true', 15, 'sslmode=verify-full'],
  ['uselibpqcompat=true&sslmode=require', 17, 'sslmode=require'],
])('proves who the database is as the server does: %s for version %d', (given, major, taken) => {
  expect(libpqAddress(`${plain}?${given}`, major).uri).toBe(`${plain}?${taken}`);
});
