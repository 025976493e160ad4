/** What PostgreSQL's own programs are given to reach a database; the password is on no command line. */
export interface LibpqAddress {
  readonly uri: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the server's driver takes these for. To the library of PostgreSQL's programs most mean less, or nothing. */
const modes: Readonly<Record<string, string>> = {
  prefer: 'verify-full',
  require: 'verify-full',
  'verify-ca': 'verify-full',
  'no-verify': 'require',
};

/**
 * SEALROOM_DATABASE_URL for the programs of a PostgreSQL of this major version, so that they prove the database's
 * identity just as the server does. Parameters only one of the two knows are left to the program to refuse.
 */
export function libpqAddress(databaseUrl: string, major: number): LibpqAddress {
  const url = new URL(databaseUrl);
  const env: Record<string, string> = {};
  const password = url.searchParams.get('password') ?? decodeURIComponent(url.password);
  if (password !== '') env.PGPASSWORD = password;
  url.password = '';
  url.searchParams.delete('password');
  const asLibpq = url.searchParams.get('uselibpqcompat') === 'true';
  url.searchParams.delete('uselibpqcompat');
  const wanted = ['true', '1'].includes(url.searchParams.get('ssl') ?? '') ? 'verify-full' : null;
  url.searchParams.delete('ssl');
  const mode = url.searchParams.get('sslmode') ?? wanted;
  if (mode !== null) url.searchParams.set('sslmode', asLibpq ? mode : (modes[mode] ?? mode));
  // The system's authorities, for which older versions have no name: they ask for a file, and say so.
  const verified = url.searchParams.get('sslmode') === 'verify-full';
  if (verified && !url.searchParams.has('sslrootcert') && major >= 16) {
    url.searchParams.set('sslrootcert', 'system');
  }
  return { uri: url.href, env };
}
