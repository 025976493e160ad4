import type { DatabaseRefusal, FindingWords, Found, MediaPlace } from './finding.ts';

const says = (name: string, says: string, fix: string | null = null): FindingWords => ({ name, says, fix });

const refusals: Readonly<Record<DatabaseRefusal, string>> = {
  password: 'PostgreSQL refuses the password',
  user: 'PostgreSQL refuses this user',
  missing: 'PostgreSQL has no database of that name',
  rights: 'PostgreSQL gives this user too few rights',
  other: 'PostgreSQL cannot be used',
};
const refusalFixes: Readonly<Record<DatabaseRefusal, string>> = {
  password: 'Correct user and password in SEALROOM_DATABASE_URL.',
  user: "Allow it in PostgreSQL's pg_hba.conf, or correct SEALROOM_DATABASE_URL.",
  missing: 'Create it with createdb, or correct SEALROOM_DATABASE_URL.',
  rights: 'Make it the owner of the database.',
  other: 'Look into the log of PostgreSQL, and at SEALROOM_DATABASE_URL.',
};

/** A finding of the doctor's in English. */
export function findingEn(found: Found): FindingWords {
  switch (found.code) {
    case 'folder-ready':
      return says('Data folder', `${found.folder} can be written`);
    case 'folder-new':
      return says('Data folder', `${found.folder} will be made`);
    case 'folder-closed':
      return says(
        'Data folder',
        `${found.folder} cannot be written`,
        'Give this user write access, or set SEALROOM_DATA.',
      );

    case 'disk-free':
    case 'disk-low':
      return says(
        'Disk',
        `${found.gib.toFixed(1)} GiB are free in ${found.folder}`,
        found.code === 'disk-free'
          ? null
          : 'Make room, move the data folder (SEALROOM_DATA), or lower SEALROOM_FILES_TOTAL.',
      );

    case 'database-new':
      return says('Database', 'will be made at the first start');
    case 'database-whole':
      return says('Database', 'intact');
    case 'database-damaged':
    case 'database-closed':
      return says(
        'Database',
        `${found.code === 'database-damaged' ? 'damaged' : 'does not open'}: ${found.reason}`,
        'Stop the server and restore the newest backup of the data folder.',
      );
    case 'postgres-answers':
      return says('Database', 'PostgreSQL answers');
    case 'postgres-silent':
      return says(
        'Database',
        'PostgreSQL does not answer',
        'Start it, or correct host and port in SEALROOM_DATABASE_URL.',
      );
    case 'postgres-refuses':
      return says('Database', `${refusals[found.why]} (${found.reason})`, refusalFixes[found.why]);

    case 'redis-answers':
      return says('Redis', 'answers');
    case 'redis-forgets':
      return says(
        'Redis',
        `answers, and throws data away when it is full (maxmemory-policy ${found.policy})`,
        'Set maxmemory-policy noeviction: a meeting must not lose its journal.',
      );
    case 'redis-silent':
      return says('Redis', `does not answer: ${found.reason}`, 'Start it, or correct SEALROOM_REDIS_URL.');

    case 'page-built':
      return says('Page', 'is built');
    case 'page-unbuilt':
      return says('Page', 'is not built yet', 'npm start builds it, or: npm run build.');

    case 'port-ours':
      return says('Page port', `Sealroom answers at ${found.url}`);
    case 'port-free':
      return says('Page port', `${found.port} is free`);
    case 'port-in-use':
      return says('Page port', `${found.port} is in use, by Sealroom if it runs`);
    case 'port-taken':
      return says(
        'Page port',
        `cannot listen on ${found.host}, port ${found.port}: ${found.reason}`,
        'Stop the other program, or set SEALROOM_PORT or SEALROOM_HOST.',
      );

    case 'certificate-valid':
      return says('Certificate', `valid for ${found.days} days`);
    case 'certificate-ends':
      return says('Certificate', `expires in ${found.days} days`, 'Renew it, and have that done by itself.');
    case 'certificate-expired':
      return says('Certificate', `expired ${found.days} days ago`, 'Renew it.');
    case 'certificate-other-name':
      return says(
        'Certificate',
        `is not for ${found.host}`,
        'Get one for that name, or correct SEALROOM_PUBLIC_URL.',
      );
    case 'certificate-not-taken-up':
      return says(
        'Certificate',
        'the running server still shows another one than the files hold',
        'Send it SIGHUP (systemctl reload), and look into its log.',
      );
    case 'certificate-foreign-key':
    case 'certificate-unusable': {
      const problem =
        found.code === 'certificate-foreign-key'
          ? 'the key does not belong to the certificate'
          : `the files cannot be used: ${found.reason}`;
      return says(
        'Certificate',
        `${problem}${found.still ? '; the server goes on with the one before' : ''}`,
        'Set SEALROOM_TLS_CERT and SEALROOM_TLS_KEY to PEM files of a chain and its own key.',
      );
    }

    case 'address-answers':
      return says('Public address', `Sealroom answers at ${found.url}, WebSockets too`);
    case 'address-unset':
      return says(
        'Public address',
        'is not set: people on other machines need HTTPS',
        'Set SEALROOM_PUBLIC_URL to the https:// address, behind a proxy or with SEALROOM_TLS_CERT.',
      );
    case 'address-plain':
      return says(
        'Public address',
        `${found.url} is not HTTPS: browsers give no camera`,
        'Use https://, see "Over the internet" in the README.',
      );
    case 'address-unknown':
      return says(
        'Public address',
        `${found.host} has no address`,
        'Make a DNS record for it, or correct SEALROOM_PUBLIC_URL.',
      );
    case 'address-no-socket':
      return says(
        'Public address',
        `${found.url} opens no WebSocket: people stay at "Looking up the meeting", or wait long`,
        `Have the proxy pass on upgrades at ${found.path} and the Host header; SEALROOM_PUBLIC_URL must be what people open.`,
      );
    case 'address-stopped':
      return says(
        'Public address',
        'the server does not run, so nothing answers there',
        'Start it, then run this again.',
      );
    case 'address-silent':
    case 'address-another':
      return says(
        'Public address',
        `${found.url}: ${found.code === 'address-silent' ? 'nothing' : 'something else'} answers there`,
        'Look at the proxy, the firewall and the certificate.',
      );

    case 'provider-answers':
      return says('Identity provider', `${found.issuer} answers, with ${found.keys} keys`);
    case 'provider-none':
      return says('Identity provider', 'none: hosts come by npm run hosts:invite');
    case 'provider-silent':
      return says(
        'Identity provider',
        `${found.issuer} does not answer as a provider of that name`,
        'Open its /.well-known/openid-configuration from this machine; SEALROOM_OIDC_ISSUER must be its issuer exactly.',
      );

    case 'clock-right':
      return says('Clock', `${found.seconds} s from that of the identity provider`);
    case 'clock-off':
      return says(
        'Clock',
        `${found.seconds} s from that of the identity provider: sign-ins and certificates fail`,
        'Have it kept by NTP: timedatectl set-ntp true.',
      );
    case 'clock-kept':
      return says('Clock', 'kept by NTP');
    case 'clock-unkept':
      return says(
        'Clock',
        'nothing on this machine seems to keep it',
        'Have it kept by NTP: timedatectl set-ntp true.',
      );

    case 'buffers-large':
      return says('Kernel buffers', 'large enough for many streams');
    case 'buffers-small': {
      const names = found.settings.join(' and ');
      const commands = found.settings.map((name) => `sysctl -w net.core.${name}=${found.bytes}`);
      return says(
        'Kernel buffers',
        `${names} are below ${found.bytes.toLocaleString('en')} bytes: packets are lost when many people send at once`,
        `As root: ${commands.join(' && ')}; and the same settings in /etc/sysctl.d/60-sealroom.conf.`,
      );
    }
    case 'buffers-unread':
      return says(
        'Kernel buffers',
        'cannot be read here',
        'On Linux, look at net.core.rmem_max and net.core.wmem_max.',
      );

    case 'media-address':
      return says('Media address', found.addresses.join(', '));
    case 'media-address-translated':
      return says(
        'Media address',
        `${found.addresses.join(', ')}: the TURN server sees this machine at ${found.seen}, behind a router that translates`,
        `If that router forwards the media ports to this machine, set SEALROOM_ANNOUNCED_ADDRESS=${found.seen}.`,
      );
    case 'media-address-local':
      return says(
        'Media address',
        `${found.addresses.join(', ')}: for the local network only`,
        'Set SEALROOM_ANNOUNCED_ADDRESS to the public address of this machine or its router.',
      );
    case 'media-address-unknown':
      return says(
        'Media address',
        `does not resolve: ${found.reason}`,
        'Correct SEALROOM_ANNOUNCED_ADDRESS.',
      );

    case 'worker-starts':
      return says('Media worker', 'starts');
    case 'worker-missing':
      return says('Media worker', 'is missing', 'See "Requirements" in the README.');
    case 'worker-fails':
      return says(
        'Media worker',
        `does not start: ${found.reason}`,
        'Run node_modules/.bin/node server/tools/worker.ts, see "Requirements" in the README.',
      );

    case 'media-call':
    case 'media-losses': {
      const time = found.rttMs === null ? '' : `, ${found.rttMs.toFixed(1)} ms`;
      return says(
        'Media path',
        `${placeOf(found.place)}: a call goes there and back (${found.back} of ${found.sent} packets${time})`,
        found.code === 'media-call' ? null : mangled,
      );
    }
    case 'media-port-taken':
      return says(
        'Media path',
        `cannot listen on port ${found.port}: ${found.reason}`,
        'Stop the other program, or set SEALROOM_MEDIA_PORT.',
      );
    case 'media-on-free-port':
      return says(
        'Media path',
        'the server runs: tried on a free port in place of its own',
        'To try the real ports, stop it and run this again.',
      );
    case 'media-silent':
      return says(
        'Media path',
        `${placeOf(found.place)} does not answer`,
        'Open it in the firewall of this machine, for UDP and TCP.',
      );
    case 'media-not-from-inside':
      return says(
        'Media path',
        `${placeOf(found.place)} does not answer from this machine`,
        'Many routers do not lead back inside: try from outside. Otherwise forward the port, and open it in the firewall.',
      );
    case 'media-no-connection':
      return says(
        'Media path',
        `${placeOf(found.place)} answers, and no encrypted connection comes about`,
        mangled,
      );

    case 'turn-none':
      return says(
        'TURN',
        'is not configured: people behind firewalls that block the media ports see and hear nothing',
        'Set SEALROOM_TURN_URLS and SEALROOM_TURN_SECRET, and run coturn with the file of npm run turn:config.',
      );
    case 'turn-relay':
      return says('TURN', `${found.url} gives a relay`);
    case 'turn-call':
      return says(
        'TURN',
        `${found.url} gives a relay, and a call passes (${found.back} of ${found.sent} packets)`,
      );
    case 'turn-no-address':
      return says('TURN', `${found.url} is no address that browsers can use`, 'Correct SEALROOM_TURN_URLS.');
    case 'turn-passes-nothing':
      return says(
        'TURN',
        `${found.url} passes nothing on to the media server`,
        'Write the configuration of coturn anew: npm run turn:config.',
      );
    case 'turn-does-not-reach':
      return says(
        'TURN',
        `${found.url} gives a relay that does not reach the media server at ${found.address}, port ${found.port}`,
        'Let the TURN server send UDP to the media ports and get the answers.',
      );
    case 'turn-credentials':
      return says(
        'TURN',
        `${found.url} refuses our credentials`,
        'The secret there (coturn: static-auth-secret) must be SEALROOM_TURN_SECRET, and its clock right.',
      );
    case 'turn-no-relay':
      return says(
        'TURN',
        `${found.url}: no relay, ${found.reason}`,
        'Look at the TURN server, its certificate and its firewall, or correct SEALROOM_TURN_URLS.',
      );
  }
}

const mangled =
  'Something between drops or changes packets: look at the firewall, and at what inspects traffic.';

function placeOf({ protocol, address, port }: MediaPlace): string {
  return `${protocol.toUpperCase()} ${address}, port ${port}`;
}
