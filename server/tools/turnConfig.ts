import { lookup } from 'node:dns/promises';
import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { StartError } from '../startError.ts';
import { coturnConfig, mediaAddresses } from '../turn/coturn.ts';
import { asCommand } from './command.ts';

const USAGE =
  'Usage: npm run turn:config -- [--out FILE] [--listen ADDRESS]... [--cert FILE --key FILE]\nWithout --out it prints the configuration of coturn, which has the secret.';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string' },
        listen: { type: 'string', multiple: true },
        cert: { type: 'string' },
        key: { type: 'string' },
      },
    });
    const { cert, key, out, listen = [] } = values;
    if ((cert === undefined) !== (key === undefined)) throw new TypeError();
    const tls = cert === undefined || key === undefined ? null : { certFile: cert, keyFile: key };
    return { out, listen, tls };
  } catch {
    throw new StartError(USAGE);
  }
}

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new StartError(
      `SEALROOM_ANNOUNCED_ADDRESS: ${name} is not known here. Correct it, or name IP addresses.`,
      { cause: error },
    );
  }
}

/** Closed to others before the secret is in it; the mode of `openSync` is for new files only. */
function writeClosed(path: string, text: string): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new StartError(`Cannot write ${path} (${code}): name another file with --out.`, { cause: error });
  }
}

await asCommand(async () => {
  const given = readArguments();
  const { media, tls } = readConfig();
  if (!media.turn) {
    throw new StartError(
      'Set SEALROOM_TURN_URLS, for example turn:turn.example.org,turns:turn.example.org:443?transport=tcp, and SEALROOM_TURN_SECRET (openssl rand -hex 32).',
    );
  }
  const told = media.announced.length > 0 ? media.announced : ownAddresses();
  const text = coturnConfig({
    turn: media.turn,
    tls: given.tls ?? tls,
    media: await mediaAddresses(told, addressesOf),
    listen: given.listen,
  });
  if (given.out === undefined) process.stdout.write(text);
  else writeClosed(given.out, text);
});
