import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { advice, StartError } from '../startError.ts';
import { ensureClient } from './clientBuild.ts';
import { seconds, showWorkerProgress } from './terminal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests need beyond npm, with the Debian package that has it. */
const requirements: readonly {
  readonly name: string;
  readonly package: string;
  readonly there: () => boolean;
}[] = [
  {
    name: 'Chromium',
    package: 'chromium',
    there: () => existsSync(process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium'),
  },
  {
    name: 'Firefox',
    package: 'firefox-esr',
    there: () => existsSync(process.env.SEALROOM_FIREFOX ?? '/usr/bin/firefox-esr'),
  },
  { name: 'espeak-ng', package: 'espeak-ng', there: () => succeeds('espeak-ng', '--version') },
  { name: 'coturn', package: 'coturn', there: () => onPath('turnserver') },
  // For the tests with networks of their own.
  { name: 'ip and tc', package: 'iproute2', there: () => onPath('ip') && onPath('tc') },
  { name: 'nft', package: 'nftables', there: () => onPath('nft') },
  { name: 'socat', package: 'socat', there: () => onPath('socat') },
  { name: 'certutil', package: 'libnss3-tools', there: () => onPath('certutil') },
  { name: 'PostgreSQL', package: 'postgresql', there: () => existsSync('/usr/lib/postgresql') },
  { name: 'Redis', package: 'redis-server', there: () => existsSync('/usr/bin/redis-server') },
  {
    name: 'Chinese fonts',
    package: 'fonts-noto-cjk',
    there: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
];

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Looked for as root would find it: some of these are of no use to others, and still there. */
function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: 'inherit', env }).status === 0;
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  if (!apt(...args)) apt('update') && apt(...args);
}

/** Installs what is missing where it may, else says what to install. */
function prepareMachine(): void {
  const missing = () => requirements.filter(({ there }) => !there());
  const packages = missing().map((each) => each.package);
  if (packages.length === 0) return;
  const mayInstall = process.getuid?.() === 0 && succeeds('apt-get', '--version');
  if (mayInstall) install(packages);
  const still = missing();
  if (still.length === 0) return;
  throw new StartError(
    `The tests need ${still.map(({ name }) => name).join(', ')}. Install with:\n  sudo apt-get install -y ${still.map((each) => each.package).join(' ')}`,
  );
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  if (code !== 0) throw new StartError(`${command} found problems; see above.`);
}

async function step(name: string, work: () => unknown): Promise<void> {
  console.log(`\n== ${name}`);
  const began = performance.now();
  await work();
  console.log(`== ${name}: ${seconds(performance.now() - began)}`);
}

/** `npm test [-- <vitest filters>]`: everything that has to hold, in the order of what fails fastest. */
try {
  await step('machine', prepareMachine);
  await step('format and lint', () => run('biome', ['ci', '.']));
  await step('types', () => run('tsc', ['-p', '.']));
  await step('unused code', () => run('knip', []));
  await step('media worker', () => ensureWorkerBinary({ onProgress: showWorkerProgress }));
  await step('client', () => ensureClient());
  // Last and in one run, so that its one summary closes the output.
  console.log('\n== tests');
  await run('vitest', ['run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)]);
} catch (error) {
  const text = advice(error);
  if (text === null) throw error;
  console.error(`\n${text}`);
  process.exitCode = 1;
}
