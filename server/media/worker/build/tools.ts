import { existsSync } from 'node:fs';
import { WorkerBinaryError } from '../errors.ts';
import type { StepReport } from '../progress.ts';
import { modules } from './recipe.ts';
import { run } from './run.ts';

/** Oldest g++ that speaks enough C++20. */
const oldestCompiler = 11;

/** What was found: commands and pkg-config's flags. */
export interface Toolchain {
  readonly compiler: string;
  readonly ninja: string;
  readonly flatc: string;
  readonly compileFlags: readonly string[];
  readonly libraries: readonly string[];
}

/** Debian's and Ubuntu's names; the same on both and on every architecture. */
const commands = [
  { package: 'g++', command: 'g++' },
  { package: 'ninja-build', command: 'ninja' },
  { package: 'flatbuffers-compiler', command: 'flatc' },
  { package: 'pkg-config', command: 'pkg-config' },
] as const;

const libraries = [
  { package: 'libuv1-dev', module: 'libuv', header: 'uv.h' },
  { package: 'libssl-dev', module: 'openssl', header: 'openssl/ssl.h' },
  { package: 'libsrtp2-dev', module: 'libsrtp2', header: 'srtp2/srtp.h' },
  { package: 'libabsl-dev', module: 'absl_strings', header: 'absl/strings/string_view.h' },
  { package: 'libflatbuffers-dev', module: 'flatbuffers', header: 'flatbuffers/flatbuffers.h' },
] as const;

const starts = async (command: string): Promise<boolean> => (await run(command, ['--version'])).code === 0;

/** Debian packages that the build needs and the machine lacks. */
export async function missingPackages(): Promise<string[]> {
  const missing: string[] = [];
  for (const tool of commands) {
    if (!(await starts(tool.command))) missing.push(tool.package);
  }
  const asking = !missing.includes('pkg-config');
  for (const library of libraries) {
    const found = asking
      ? (await run('pkg-config', ['--exists', library.module])).code === 0
      : existsSync(`/usr/include/${library.header}`);
    if (!found) missing.push(library.package);
  }
  return missing;
}

/** The one command that makes the machine ready to build. */
export const installCommand = (packages: readonly string[]): string =>
  `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;

async function install(packages: readonly string[], report: StepReport): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const onLine = (line: string): void => report({ stage: 'tools', message: line });
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  report({ stage: 'tools', message: `apt-get ${args.join(' ')}` });
  const first = await run('apt-get', args, { env, onLine });
  if (first.code === 0) return '';
  // The usual reason is a package list that was never fetched or is out of date.
  report({ stage: 'tools', message: 'apt-get update' });
  await run('apt-get', ['update'], { env, onLine });
  const second = await run('apt-get', args, { env, onLine });
  return second.code === 0 ? '' : second.tail;
}

async function pkgConfig(args: readonly string[]): Promise<string[]> {
  const result = await run('pkg-config', [...args]);
  if (result.code !== 0) throw new WorkerBinaryError('tools-missing', `pkg-config failed: ${result.tail}`);
  return result.stdout.split(/\s+/).filter((word) => word !== '');
}

/**
 * The tools and libraries to build with. As root on a Debian-like machine, installs what is missing.
 * @throws WorkerBinaryError `tools-missing` (the message names the one command to run), `compiler-too-old`
 */
export async function findToolchain(report: StepReport): Promise<Toolchain> {
  report({ stage: 'tools', message: 'looking for the compiler and the libraries' });
  let missing = await missingPackages();
  let output = '';
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    output = await install(missing, report);
    missing = await missingPackages();
  }
  if (missing.length > 0) {
    const how = existsSync('/etc/debian_version')
      ? installCommand(missing)
      : `this system's packages for: ${missing.join(' ')}`;
    throw new WorkerBinaryError(
      'tools-missing',
      `building the media worker needs packages that are not installed; run:\n  ${how}${output === '' ? '' : `\napt-get said:\n${output}`}`,
    );
  }

  const version = (await run('g++', ['-dumpfullversion'])).stdout.trim();
  if (!(Number.parseInt(version, 10) >= oldestCompiler)) {
    throw new WorkerBinaryError(
      'compiler-too-old',
      `building the media worker needs g++ ${oldestCompiler} or newer, this is ${version || 'unknown'}`,
    );
  }

  const present: string[] = [...modules.required];
  for (const module of modules.optional) {
    if ((await run('pkg-config', ['--exists', module])).code === 0) present.push(module);
  }
  // abseil's modules of some releases name a language standard, which would override ours.
  const compileFlags = (await pkgConfig(['--cflags', ...present])).filter(
    (flag) => !flag.startsWith('-std='),
  );
  return {
    compiler: 'g++',
    ninja: 'ninja',
    flatc: 'flatc',
    compileFlags,
    libraries: await pkgConfig(['--libs', ...present]),
  };
}
