import { lookup } from 'node:dns/promises';
import { chmodSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { StartError } from '../startError.ts';
import { coturnConfig, mediaAddresses } from '../turn/coturn.ts';
import { asCommand } from './command.ts';

// npm run turn:config -- [--out FILE] [--listen ADDRESS]... [--cert FILE --key FILE]
await asCommand(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      listen: { type: 'string', multiple: true },
      cert: { type: 'string' },
      key: { type: 'string' },
    },
  });
  const { media, tls } = readConfig();
  if (!media.turn) {
    throw new StartError(
      'Set SEALROOM_TURN_URLS, for example turn:turn.example.org,turns:turn.example.org:443?transport=tcp, and SEALROOM_TURN_SECRET (openssl rand -hex 32).',
    );
  }
  const told = media.announced.length > 0 ? media.announced : ownAddresses();
  const addresses = await mediaAddresses(told, async (name) =>
    (await lookup(name, { all: true })).map(({ address }) => address),
  );
  const given = values.cert !== undefined && values.key !== undefined;
  const text = coturnConfig({
    turn: media.turn,
    tls: given ? { certFile: values.cert ?? '', keyFile: values.key ?? '' } : tls,
    media: addresses,
    listen: values.listen ?? [],
  });
  if (values.out === undefined) {
    process.stdout.write(text);
    return;
  }
  writeFileSync(values.out, text, { mode: 0o600 });
  // The mode above is for new files only.
  chmodSync(values.out, 0o600);
});
